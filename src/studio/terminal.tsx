import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { ArrowLeft, CircleCheck, KeyRound, Trash } from 'lucide';
import { machineLimits } from '../api/machine-limits.ts';
import type { OneTerminal, TerminalView } from '../api/staff.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Icon, type IconDrawing } from '../ui/icons/icon.tsx';
import { t } from '../ui/i18n/i18n.ts';
import { hub } from './hub.ts';
import { tone, toneIcons } from './mark.tsx';
import { Orders } from './orders.tsx';
import { useLook } from './poll.ts';
import { noted } from './state.ts';
import { agoText, clockText, editionText, freeText, instantText, officeText, spanText, troubleWords } from './words.ts';

/** One terminal: what is wrong and what to do, what it shows, how the machine is, and what can be ordered. */
export function Terminal({ id }: { readonly id: string }): JSX.Element {
  const { value, error, again } = useLook(() => hub.terminal(id), id);
  const back = <p><a class="back" href="#"><Icon of={ArrowLeft as IconDrawing} />{t('studio:backToList')}</a></p>;
  if (error?.code === 'notFound') return <>{back}<p role="status">{t('studio:gone')}</p></>;
  if (value === undefined) return <>{back}<p role="status">{t('studio:loading')}</p></>;
  const { terminal, now } = value;
  return (
    <>
      {back}
      <h1 class="page__title">{terminal.name} <span class="page__place">{officeText(terminal.officeTitle, terminal.office)}</span></h1>
      <p class="aside">{t('studio:columnHeard')}: {terminal.heard === undefined ? t('studio:never') : `${agoText(terminal.heard, now)} (${instantText(terminal.heard)})`}</p>
      <div class="columns">
        <Wrong answer={value} />
        <Orders terminal={terminal} now={now} onOrdered={again} />
        {terminal.machine === undefined ? <section class="card"><p>{t('studio:notHeardYet')}</p></section> : <><OnScreen answer={value} /><Machine terminal={terminal} machine={terminal.machine} /></>}
        <Leave terminal={terminal} />
      </div>
    </>
  );
}

function Wrong({ answer: { terminal, served, now } }: { readonly answer: OneTerminal }): JSX.Element {
  return (
    <section class="card card--wide" aria-labelledby="wrong">
      <h2 class="card__title" id="wrong">{t('studio:wrongHere')}</h2>
      {terminal.troubles.length === 0 ? <p class="mark mark--well"><Icon of={CircleCheck as IconDrawing} />{t('studio:nothingWrong')}</p> : (
        <ul class="troubles">
          {terminal.troubles.map((trouble) => {
            const { what, why, since, todo } = troubleWords(trouble, terminal, served?.edition, now);
            return (
              <li key={`${trouble.code} ${trouble.fault ?? ''}`} class={`trouble trouble--${tone(trouble)}`}>
                <Icon of={toneIcons[tone(trouble)]} />
                <div>
                  <p class="trouble__what">{what} {since === '' ? null : <span class="aside">{since}</span>}</p>
                  {why === '' ? null : <p>{why}</p>}
                  <p><strong>{t('studio:whatToDo')}</strong> {todo}</p>
                </div>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function Facts({ title, aside, rows }: { readonly title: string; readonly aside: string | undefined; readonly rows: readonly (readonly [name: string, value: ComponentChildren])[] }): JSX.Element {
  return (
    <section class="card">
      <h2 class="card__title">{title}{aside === undefined ? null : <span class="aside"> {aside}</span>}</h2>
      <dl class="facts">{rows.map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
    </section>
  );
}

const screenKeys = { attract: 'studio:screenAttract', visit: 'studio:screenVisit', private: 'studio:screenPrivate', operator: 'studio:screenOperator' } as const;

/** What is known of a silent terminal is what it said last. */
function knownFrom({ troubles }: TerminalView): string | undefined {
  return troubles.some(({ code }) => code === 'silent') ? t('studio:lastKnown') : undefined;
}

function OnScreen({ answer: { terminal, served, now } }: { readonly answer: OneTerminal }): JSX.Element {
  const { page } = terminal;
  const { shown, compared } = editionText(page?.edition, served?.edition);
  const unknown = t(terminal.screenOff === true ? 'studio:screenOff' : 'studio:screenUnknown');
  return (
    <Facts
      title={t('studio:onScreen')}
      aside={knownFrom(terminal)}
      rows={[
        [t('studio:priceList'), page === undefined ? unknown : `${shown}${compared === '' ? '' : `, ${compared}`}`],
        [t('studio:confirmed'), page === undefined ? unknown : page.confirmed === undefined ? t('studio:neverConfirmed') : `${instantText(page.confirmed)} (${agoText(page.confirmed, now)})`],
        [t('studio:signedAs'), page === undefined ? unknown : t(page.sample ? 'studio:signedSample' : 'studio:signedReal')],
        [t('studio:inUse'), page === undefined ? unknown : t(screenKeys[page.screen])],
        [t('studio:appVersion'), page === undefined ? unknown : <code>{page.app}</code>],
      ]}
    />
  );
}

function Machine({ terminal, machine }: { readonly terminal: TerminalView; readonly machine: NonNullable<TerminalView['machine']> }): JSX.Element {
  const { clockAhead = 0, enrolled } = terminal;
  // Less is the way of the heartbeat.
  const right = Math.abs(clockAhead) <= machineLimits.clock;
  return (
    <Facts
      title={t('studio:machine')}
      aside={knownFrom(terminal)}
      rows={[
        [t('studio:packageVersion'), <code key="version">{machine.version}</code>],
        [t('studio:uptime'), spanText(machine.uptime * 1000)],
        [t('studio:displayStarts'), t('studio:times', { n: machine.displayStarts })],
        [t('studio:disk'), freeText(machine.disk, 'studio:ofSize')],
        [t('studio:memory'), freeText(machine.memory, 'studio:ofSize')],
        ...(machine.temperature === undefined ? [] : [[t('studio:temperature'), t('studio:degrees', { n: Math.round(machine.temperature) })] as const]),
        [t('studio:clock'), `${right ? t('studio:clockRight') : clockText(clockAhead)}${machine.clockSynchronized === false ? `, ${t('studio:clockUnsynchronized')}` : ''}`],
        [t('studio:keyboards'), machine.foreignKeyboards.length === 0 ? t('studio:noneHere') : machine.foreignKeyboards.join(', ')],
        [t('studio:enrolledOn'), instantText(enrolled)],
      ]}
    />
  );
}

function Leave({ terminal: { id, name, office, officeTitle } }: { readonly terminal: TerminalView }): JSX.Element {
  const [asked, setAsked] = useState(false);
  const [failed, setFailed] = useState(false);
  const retire = async (): Promise<void> => {
    const answer = noted(await hub.retire(id));
    setAsked(false);
    setFailed(!answer.ok);
    if (answer.ok) location.hash = '';
  };
  return (
    <section class="card card--wide card--plain">
      <a class="button" href={`#enrol/${office}/${name}`}><Icon of={KeyRound as IconDrawing} />{t('studio:newCode')}</a>
      <button type="button" class="button button--danger" onClick={() => setAsked(true)}><Icon of={Trash as IconDrawing} />{t('studio:retire')}</button>
      <p class="form__error" role="alert">{failed ? t('studio:refused') : ''}</p>
      {!asked ? null : (
        <Dialog label={t('studio:retireAsk')} onClose={() => setAsked(false)}>
          <h2 class="dialog__title">{t('studio:retireAsk')}</h2>
          <p class="dialog__text"><strong>{name}</strong>, {officeText(officeTitle, office)}</p>
          <p class="dialog__text">{t('studio:retireExplained')}</p>
          <div class="dialog__actions">
            <button type="button" class="button" onClick={() => setAsked(false)}>{t('studio:cancel')}</button>
            <button type="button" class="button button--danger" onClick={() => void retire()}>{t('studio:retireDo')}</button>
          </div>
        </Dialog>
      )}
    </section>
  );
}
