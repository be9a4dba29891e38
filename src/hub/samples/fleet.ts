import type { FleetHeartbeat } from '../../api/fleet.ts';
import type { MachineHealth } from '../../api/agent.ts';
import type { PageHealth } from '../../api/page-health.ts';
import type { Clock } from '../../serve/clock.ts';
import type { Pictures } from '../fleet/pictures.ts';
import { hubLimits } from '../limits.ts';
import type { Place, Store } from '../store/store.ts';
import { samplePicture } from './picture.ts';

/** A terminal of the demonstration's fleet. */
interface Sketch {
  readonly place: Place;
  /** Absent: it was never heard of. Milliseconds since it fell silent; 0: it still reports. */
  readonly silentFor?: number;
  readonly page?: Partial<PageHealth>;
  readonly machine?: Partial<MachineHealth>;
  /** ms that its clock is ahead */
  readonly clockAhead?: number;
}

const hour = 3_600_000;

/** The offices are samples, and so are the terminals' names: nobody takes them for real ones. */
const sketches: readonly Sketch[] = [
  { place: { office: '9901', name: 'sample-hall' }, silentFor: 0, page: { screen: 'visit' } },
  { place: { office: '9901', name: 'sample-desk-3' }, silentFor: 0, page: { faults: ['cameraLost'] } },
  { place: { office: '990101', name: 'sample-lobby-1' }, silentFor: 3 * hour, page: { edition: 1 } },
  { place: { office: '990101', name: 'sample-lobby-2' } },
  { place: { office: '990101', name: 'sample-lobby-3' }, silentFor: 0, page: { screen: 'private' } },
  { place: { office: '99', name: 'sample-gate' }, silentFor: 0, machine: { foreignKeyboards: ['USB Keyboard'] }, clockAhead: -9 * hour },
  { place: { office: '99', name: 'sample-entrance' }, silentFor: 0, machine: { temperature: 88, disk: { free: 6e8, size: 32e9 } } },
];

/** Milliseconds between two signs of life of the samples: an order is answered in the time of a look at the screen. */
const beat = 10_000;

/** What the samples need. */
export interface SampleFleetDeps {
  readonly store: Store;
  readonly pictures: Pictures;
  readonly clock: Clock;
  /** The edition that the hub serves. */
  readonly edition: () => Promise<number | undefined>;
}

/** What a sample would say. @param at ms */
function health({ place, page, machine, clockAhead = 0 }: Sketch, edition: number | undefined, at: number): FleetHeartbeat {
  return {
    ...place,
    clock: new Date(at + clockAhead).toISOString(),
    machine: {
      version: 'sample', uptime: 3 * 86_400, displayStarts: 3, disk: { free: 21e9, size: 64e9 }, memory: { free: 2.4e9, size: 4e9 },
      clockSynchronized: clockAhead === 0, foreignKeyboards: [], temperature: 52, ...machine,
    },
    page: {
      page: '0000000000000000', screen: 'attract', drawn: true, content: true, app: 'sample', sample: true, faults: [],
      ...(edition !== undefined && { edition }), confirmed: new Date(at - hour).toISOString(), ...page,
    },
  };
}

async function answerOrders({ store: { fleet }, pictures, clock }: SampleFleetDeps, id: string, { page }: Sketch): Promise<void> {
  const now = clock.now();
  for (const order of await fleet.openOrders(id, now - hubLimits.order, now)) {
    const isPrivate = order.action === 'screenshot' && page?.screen === 'private';
    await fleet.finish(order.id, isPrivate ? 'private' : 'done', now);
    if (isPrivate) pictures.remove(id);
    else if (order.action === 'screenshot') pictures.put(id, samplePicture(), now);
  }
}

/** Samples that report, by their numbers. */
type Alive = ReadonlyMap<string, Sketch>;

/** Puts the fleet of a demonstration into the store: some terminals that are well, some that are not. The hub removes them at its next start. */
export async function addSampleFleet({ store: { fleet }, clock, edition }: SampleFleetDeps): Promise<Alive> {
  const alive = new Map<string, Sketch>();
  const shown = await edition();
  for (const sketch of sketches) {
    const id = await fleet.addSample(sketch.place, clock.now() - 12 * 24 * hour);
    if (id === undefined || sketch.silentFor === undefined) continue;
    const at = clock.now() - sketch.silentFor;
    await fleet.heard(id, health(sketch, shown, at), at);
    if (sketch.silentFor === 0) alive.set(id, sketch);
  }
  return alive;
}

/** Lets the samples report and carry out orders until the signal is given. */
export async function runSampleFleet(deps: SampleFleetDeps, alive: Alive, signal: AbortSignal): Promise<void> {
  const { store: { fleet }, clock, edition } = deps;
  for (;;) {
    await clock.wait(beat, signal);
    if (signal.aborted) return;
    const shown = await edition();
    for (const [id, sketch] of alive) {
      await fleet.heard(id, health(sketch, shown, clock.now()), clock.now());
      await answerOrders(deps, id, sketch);
    }
  }
}
