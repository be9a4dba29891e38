import type { ComponentChildren, JSX } from 'preact';
import { BadgeCheck, CircleQuestionMark, OctagonX, ScanLine, TriangleAlert } from 'lucide';
import { digits, formatDate, formatInstant, formatMoney } from '../model/format.ts';
import { languages, type LocalizedText } from '../model/text.ts';
import type { Fee, FeeAmount } from '../trust/statement-code.ts';
import { Icon, type IconDrawing } from '../ui/icons/icon.tsx';
import { check } from '../ui/i18n/strings/check.ts';
import { guide } from '../ui/i18n/strings/guide.ts';
import type { Basis, Verdict } from './verdict.ts';
import { amountWords, inWords, type Say } from './words.ts';

/** One thing said in both languages, Khmer first: whoever holds the phone reads one of them. */
function Both({ say, class: className }: { readonly say: Say; readonly class?: string }): JSX.Element {
  return <p class={`both ${className ?? ''}`}>{languages.map((language) => <span key={language} lang={language} class={`both__${language}`}>{say(language)}</span>)}</p>;
}

const word = (key: keyof typeof check): Say => inWords(check[key]);
const text = (localized: LocalizedText): Say => (language) => localized[language];
const same = (identifier: string): Say => () => identifier;

type Tone = 'good' | 'sample' | 'caution' | 'bad' | 'plain';
const icons: Readonly<Record<Tone, IconDrawing>> = { good: BadgeCheck as IconDrawing, sample: TriangleAlert as IconDrawing, caution: TriangleAlert as IconDrawing, bad: OctagonX as IconDrawing, plain: CircleQuestionMark as IconDrawing };

function Banner({ tone, icon, say, children }: { readonly tone: Tone; readonly icon?: IconDrawing; readonly say: Say; readonly children?: ComponentChildren }): JSX.Element {
  return (
    <section class={`banner banner--${tone}`} role="status">
      <Icon of={icon ?? icons[tone]} />
      <div>
        <Both say={say} class="banner__title" />
        {children}
      </div>
    </section>
  );
}

/** The page on which a phone checks a price. `undefined`: it is being checked. */
export function Page({ verdict }: { readonly verdict: Verdict | undefined }): JSX.Element {
  return (
    <main class="check" aria-busy={verdict === undefined} data-verdict={verdict?.kind ?? 'checking'}>
      <h1 class="check__title">{languages.map((language) => <span key={language} lang={language}>{word('title')(language)}</span>)}</h1>
      {verdict === undefined ? <Banner tone="plain" icon={ScanLine as IconDrawing} say={word('checking')} /> : <Said verdict={verdict} />}
    </main>
  );
}

const hindrances = { browser: 'cannotBrowser', connection: 'cannotConnection', keys: 'cannotKeys' } as const;

function Said({ verdict }: { readonly verdict: Verdict }): JSX.Element {
  switch (verdict.kind) {
    case 'nothing':
      return <Banner tone="plain" icon={ScanLine as IconDrawing} say={word('nothing')}><Both say={word('nothingExplained')} /></Banner>;
    case 'cannot':
      return <Banner tone="plain" say={word('cannot')}><Both say={word(hindrances[verdict.why])} /><Both say={word('askNow')} /></Banner>;
    case 'refused':
      return (
        <>
          <Banner tone="bad" say={word('refused')}>
            <Both say={word(reason(verdict.why))} />
            <Both say={word('askCounter')} />
          </Banner>
          {verdict.basis === undefined ? null : <JudgedBy basis={verdict.basis} />}
        </>
      );
    case 'confirmed':
      return <Confirmed verdict={verdict} />;
  }
}

function reason(why: Extract<Verdict, { kind: 'refused' }>['why']): 'forged' | 'thresholdNotMet' | 'notDelegated' | 'corrupt' {
  return why === 'forged' || why === 'thresholdNotMet' || why === 'notDelegated' ? why : 'corrupt';
}

function Confirmed({ verdict: { fee, standing, instead, names, basis } }: { readonly verdict: Extract<Verdict, { kind: 'confirmed' }> }): JSX.Element {
  const applies = standing === 'current' || standing === 'unknown';
  return (
    <>
      <Price fee={fee} old={!applies} />
      {applies ? null : (
        <Banner tone="caution" say={word(standing)}>
          {instead === undefined ? <Both say={word('askNow')} /> : null}
        </Banner>
      )}
      {instead === undefined ? null : <><Both say={word('replacedBy')} class="check__label" /><Price fee={instead} old={false} /></>}
      {basis.demonstration ? (
        <Banner tone="sample" say={word('sample')}><Both say={word('sampleExplained')} /></Banner>
      ) : applies ? (
        <Banner tone="good" say={word('confirmed')} />
      ) : null}
      <dl class="facts">
        <Fact of="service" is={names.service === undefined ? same(fee.service) : text(names.service)} />
        {names.cost === undefined && (names.service !== undefined || fee.cost === fee.service) ? null : <Fact of="cost" is={names.cost === undefined ? same(fee.cost) : text(names.cost)} />}
        <div><dd><Both say={(language) => inWords(check.signedBy, { authority: names.authority?.[language] ?? fee.authority.toUpperCase() })(language)} /></dd></div>
        <div><dd><Both say={(language) => inWords(check.edition, { number: digits(fee.edition, language) })(language)} /></dd></div>
        {fee.validFrom === undefined ? null : <div><dd><Both say={dated('validFrom', fee.validFrom)} /></dd></div>}
        {fee.validTo === undefined ? null : <div><dd><Both say={dated('validTo', fee.validTo)} /></dd></div>}
      </dl>
      {standing === 'unknown' ? (
        <div class="check__aside">
          <Both say={word('unknown')} />
          {notNewest(basis) === 'notConfirmed' ? null : <Both say={word('checkAgain')} />}
        </div>
      ) : null}
      {notNewest(basis) !== 'offline' && names.service !== undefined ? <a class="check__guide" href={`/#service=${fee.service}`}><Both say={word('guide')} /></a> : null}
      <JudgedBy basis={basis} />
    </>
  );
}

const dated = (key: 'validFrom' | 'validTo', day: string): Say => (language) => inWords(check[key], { date: formatDate(day, language, 'short') })(language);

function Fact({ of, is }: { readonly of: 'service' | 'cost'; readonly is: Say }): JSX.Element {
  return (
    <div>
      <dt><Both say={word(of)} /></dt>
      <dd><Both say={is} /></dd>
    </div>
  );
}

/** The amount, the first and biggest thing. One that does not apply is struck out, in words below it too. */
function Price({ fee, old }: { readonly fee: Fee; readonly old: boolean }): JSX.Element {
  const { amount, unit } = fee;
  return (
    <section class={`fee fee--${amount.kind} ${old ? 'fee--old' : ''}`}>
      {amount.kind === 'ceiling' ? <Both say={inWords(guide.ceiling)} class="fee__label" /> : null}
      <Both say={(language) => amountWords(amount, language)} class="fee__amount" />
      {amount.kind === 'ceiling' ? <Both say={inWords(guide.ceilingExplained)} /> : null}
      {concession(amount)}
      {unit === undefined ? (fee.counted ? <Both say={word('perCount')} /> : null) : <Both say={text(unit)} />}
    </section>
  );
}

function concession(amount: FeeAmount): JSX.Element | null {
  if (amount.kind !== 'ceiling' || amount.concession === undefined) return null;
  const { concession: price } = amount;
  return <Both say={(language) => `${inWords(guide.concession)(language)} ${formatMoney(price, language)}`} />;
}

/** Why the verdict is not by the newest list: nobody could be asked for it, or nobody vouches for the one that was offered. */
function notNewest({ stale }: Basis): 'offline' | 'notConfirmed' | undefined {
  if (stale === undefined) return undefined;
  return stale === 'unreachable' || stale === 'absent' ? 'offline' : 'notConfirmed';
}

function JudgedBy({ basis }: { readonly basis: Basis }): JSX.Element {
  const { asOf } = basis;
  const why = notNewest(basis);
  return (
    <footer class="check__basis">
      <Both say={asOf === undefined ? word('asOfUnknown') : (language) => inWords(check.asOf, { date: formatInstant(asOf, language) })(language)} />
      {why === undefined ? null : <Both say={word(why)} />}
    </footer>
  );
}
