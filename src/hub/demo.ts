import type { Application, ApplicationState } from '../model/application.ts';
import { addDays, addWorkingDays, isWorkingDay, todayInCambodia } from '../model/day.ts';
import { makeRegistrationCode, type RegistrationCode } from '../model/registration-code.ts';
import { assert } from '../model/result.ts';
import { drawPassword } from './store/password.ts';
import type { Store } from './store/store.ts';

/** One application of the demonstration with the code on its receipt. */
export interface Sample {
  readonly code: RegistrationCode;
  readonly application: Application;
}

/** What a hub in demonstration mode holds besides a real one's. */
export interface Demonstration {
  readonly samples: readonly Sample[];
  /** The account of the staff's app; its password is drawn at each start and kept nowhere. */
  readonly account: { readonly name: string; readonly password: string };
}

/** A sample as it is written down here; days are working days from today. */
interface Sketch {
  readonly service: string;
  readonly office: '99' | '9901' | '990101';
  readonly state: ApplicationState;
  readonly changed: number;
  readonly ready?: number;
  readonly rest?: Partial<Pick<Application, 'step' | 'missing' | 'refusal' | 'counter'>>;
}

const sketches: readonly Sketch[] = [
  { service: 'birth-registration', office: '990101', state: 'readyToCollect', changed: -1, ready: -1, rest: { counter: '3' } },
  { service: 'marriage-registration', office: '990101', state: 'inProgress', changed: -2, ready: 6, rest: { step: { number: 2, of: 4 }, counter: '3' } },
  { service: 'family-book', office: '990101', state: 'received', changed: 0 },
  { service: 'id-card', office: '990101', state: 'documentsMissing', changed: -1, rest: { missing: ['birth-certificate'], counter: '1' } },
  { service: 'legalise-copy', office: '9901', state: 'collected', changed: -3, ready: -4, rest: { counter: '3' } },
  { service: 'room-rental', office: '9901', state: 'awaitingPayment', changed: 0, rest: { counter: '2' } },
  { service: 'construction-permit-villa', office: '9901', state: 'checking', changed: -2 },
  { service: 'barber-shop', office: '9901', state: 'refused', changed: -1, rest: { refusal: 'documentsNotValid', counter: '1' } },
  { service: 'unregistered-land-transfer', office: '9901', state: 'documentsMissing', changed: -1, rest: { missing: ['khmer-id-card', 'possession-proof'], counter: '1' } },
  { service: 'moto-registration', office: '99', state: 'inProgress', changed: -1, ready: 3, rest: { step: { number: 3, of: 5 }, counter: '3' } },
  { service: 'driving-licence', office: '99', state: 'awaitingPayment', changed: -1, rest: { counter: '2' } },
  { service: 'vehicle-transfer', office: '99', state: 'readyToCollect', changed: -1, ready: 0, rest: { counter: '3' } },
];

/**
 * A row of numbers in [0, 1) that is the same for the same seed (mulberry32),
 * so that printed sample receipts stay good.
 */
function* numbersOf(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    yield ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }
}

const noHolidays: ReadonlySet<string> = new Set();

function workingDay(today: string, offset: number): string {
  if (offset > 0) return addWorkingDays(today, offset, noHolidays, 9999) ?? today;
  let day = today;
  for (let left = -offset; ; day = addDays(day, -1)) {
    if (!isWorkingDay(day, noHolidays)) continue;
    if (left === 0) return day;
    left -= 1;
  }
}

/** The sample applications as they are at an instant: always the same codes, days counted from today. */
export function sampleApplications(now: number): readonly Sample[] {
  const today = todayInCambodia(now);
  const numbers = numbersOf(14_342);
  return sketches.map((sketch, index) => {
    const random = Array.from({ length: 8 }, () => numbers.next().value);
    const morning = Date.parse(`${workingDay(today, sketch.changed)}T08:${String(5 + 4 * index).padStart(2, '0')}:00+07:00`);
    return {
      code: makeRegistrationCode(sketch.office, random),
      application: {
        service: sketch.service,
        office: sketch.office,
        state: sketch.state,
        missing: [],
        ...sketch.rest,
        ...(sketch.ready === undefined ? {} : { readyOn: workingDay(today, sketch.ready) }),
        // In the small hours of a working day this morning has not been yet.
        updatedAt: new Date(Math.min(morning, now)).toISOString(),
      },
    };
  });
}

/** Puts the samples into the store. The hub removes them whenever it starts. */
export async function loadDemonstration(store: Store, now: number): Promise<Demonstration> {
  const samples = sampleApplications(now);
  const transaction = await store.applications.begin('sample');
  for (const sample of samples) {
    const put = transaction.put(sample.code, sample.application);
    assert(put.ok, 'a sample fits the store');
  }
  transaction.commit();
  const account = { name: 'demo', password: drawPassword() };
  await store.accounts.add({ ...account, role: 'operator', area: '', demonstration: true }, now);
  return { samples, account };
}
