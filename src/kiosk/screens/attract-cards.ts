import { agree, inForce, type Cost } from '../../model/cost.ts';
import type { IsoDate } from '../../model/identifier.ts';
import type { Notice, Office } from '../../model/office.ts';
import type { PublicService } from '../../model/public-service.ts';
import type { Catalogue } from '../content/catalogue.ts';

/** One card of the attract screen's rotation. */
export type AttractCard = { readonly kind: 'price'; readonly service: PublicService; readonly cost: Cost } | { readonly kind: 'notice'; readonly notice: Notice };

/** Services of other offices are only shown while there are no more prices than this. */
const enough = 40;

/** After so many prices comes a notice. */
const between = 3;

/** Posted prices that are certain enough to stand alone, and the office's notices between them. */
export function attractCards(catalogue: Pick<Catalogue, 'services'>, office: Office | undefined, today: IsoDate): readonly AttractCard[] {
  const notices: AttractCard[] = (office?.notices ?? []).filter((notice) => notice.validFrom <= today && today <= notice.validTo).map((notice) => ({ kind: 'notice', notice }));
  const prices: AttractCard[] = [];
  for (const service of catalogue.services.values()) {
    if (office !== undefined && !service.channels.some((channel) => channel.level === office.level) && prices.length > enough) continue;
    const costs = service.costs.filter((cost) => inForce(cost, today));
    const [cost] = costs;
    if (cost !== undefined && agree(costs) && costs.every((one) => standsAlone(one, today))) prices.push({ kind: 'price', service, cost });
  }
  if (prices.length < between) return [...prices, ...notices];
  return prices.flatMap((price, index) => {
    const turn = Math.floor(index / between);
    const notice = index % between === between - 1 ? notices[turn % Math.max(1, notices.length)] : undefined;
    return notice === undefined ? [price] : [price, notice];
  });
}

/** May this price be read in passing? One whose note says what else is to be paid, or for whom it is, may not. */
function standsAlone(cost: Cost, today: IsoDate): boolean {
  return cost.amount.kind !== 'notPosted' && cost.note === undefined && cost.source.confidence !== 'low' && cost.reviewBy >= today;
}
