import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import * as v from 'valibot';
import { enrolmentSchema, type NewEnrolment } from '../api/staff.ts';
import { setupText } from '../api/setup.ts';
import { foldDigits } from '../model/khmer.ts';
import { QrPicture } from '../ui/qr-picture.tsx';
import { t } from '../ui/i18n/i18n.ts';
import { hub, type HubError } from './hub.ts';
import { noted } from './state.ts';
import { instantText, officeText } from './words.ts';

/** The code in groups of four, as it is read aloud and typed. */
function grouped(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-');
}

/** An address that only this machine has. */
const local = /^(?:localhost|127\.|\[::1\]|::1)/;

/** Makes a one-time code for a terminal, and says what to type where it stands. */
export function Enrol({ office, name }: { readonly office: string; readonly name: string }): JSX.Element {
  const [made, setMade] = useState<NewEnrolment | undefined>(undefined);
  return (
    <>
      <h1 class="page__title">{t('studio:enrol')}</h1>
      {made === undefined ? <Ask office={office} name={name} onMade={setMade} /> : <Made enrolment={made} onAgain={() => setMade(undefined)} />}
    </>
  );
}

function sentence(error: HubError | 'fields'): string {
  if (error === 'fields' || error.code === 'badRequest') return t('studio:checkFields');
  return error.code === 'forbidden' ? t('studio:outsideArea') : t('studio:refused');
}

function Ask({ office, name, onMade }: { readonly office: string; readonly name: string; readonly onMade: (enrolment: NewEnrolment) => void }): JSX.Element {
  const [error, setError] = useState<HubError | 'fields' | undefined>(undefined);
  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const fields = new FormData(event.currentTarget);
    const typed = { office: foldDigits(String(fields.get('office') ?? '').trim()), name: String(fields.get('name') ?? '').trim().toLowerCase() };
    const place = v.safeParse(enrolmentSchema, typed);
    if (!place.success) {
      setError('fields');
      return;
    }
    const answer = noted(await hub.enrol(place.output.office, place.output.name));
    if (answer.ok) onMade(answer.value);
    else setError(answer.error);
  };
  return (
    <>
      <p>{t('studio:enrolLead')}</p>
      <form class="form form--row" noValidate onSubmit={(event: SubmitEvent) => void submit(event)}>
        <label class="form__field">
          {t('studio:officeCode')}<input class="input" name="office" inputMode="numeric" defaultValue={office} maxLength={6} required aria-describedby="office-hint" />
          <span class="aside" id="office-hint">{t('studio:officeCodeHint')}</span>
        </label>
        <label class="form__field">
          {t('studio:terminalName')}<input class="input" name="name" autocapitalize="none" spellcheck={false} defaultValue={name} maxLength={80} required aria-describedby="name-hint" />
          <span class="aside" id="name-hint">{t('studio:terminalNameHint')}</span>
        </label>
        <p class="form__error" role="alert">{error === undefined ? '' : sentence(error)}</p>
        <button type="submit" class="button button--primary">{t('studio:makeCode')}</button>
      </form>
    </>
  );
}

function Made({ enrolment: { code, office, officeTitle, name, expires, replaces }, onAgain }: { readonly enrolment: NewEnrolment; readonly onAgain: () => void }): JSX.Element {
  const address = location.origin;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const answers = [[t('studio:hubAddress'), address], [t('studio:officeCode'), office], [t('studio:terminalName'), name], [t('studio:code'), grouped(code)]] as const;
  return (
    <section class="card code">
      <div>
        <h2 class="card__title" tabIndex={-1} ref={heading}>{t('studio:codeFor', { name, office: officeText(officeTitle, office) })}</h2>
        <p class="code__big">{grouped(code)}</p>
        <p>{t('studio:codeOnce', { time: instantText(expires) })}</p>
        {replaces ? <p class="note">{t('studio:codeReplaces')}</p> : null}
        {local.test(location.hostname) ? <p class="note">{t('studio:hubLocal')}</p> : null}
        <p>{t('studio:stepCommand')}</p>
        <pre class="command">sudo owso-kiosk provision</pre>
        <p>{t('studio:stepAnswers')}</p>
        <dl class="facts">{answers.map(([question, value]) => <div key={question}><dt>{question}</dt><dd><code>{value}</code></dd></div>)}</dl>
      </div>
      <div>
        <p>{t('studio:stepScanCamera')}</p>
        <pre class="command">sudo owso-kiosk provision --from camera</pre>
        <p>{t('studio:stepScan')}</p>
        <pre class="command">sudo owso-kiosk provision --from -</pre>
        <QrPicture class="code__qr" text={setupText({ hub: address, code, office, kiosk: name })} label={t('studio:qrLabel')} />
      </div>
      <button type="button" class="button" onClick={onAgain}>{t('studio:anotherCode')}</button>
    </section>
  );
}
