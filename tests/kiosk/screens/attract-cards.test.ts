import { beforeAll, describe, expect, test } from 'vitest';
import type { Catalogue } from '../../../src/kiosk/content/catalogue.ts';
import { attractCards } from '../../../src/kiosk/screens/attract-cards.ts';
import { shippedCatalogue } from '../../fixtures/shipped-catalogue.ts';

let catalogue: Catalogue;
beforeAll(async () => {
  catalogue = await shippedCatalogue();
});
const today = '2026-11-30';

describe('the attract screen’s cards', () => {
  test('show a price only where one holds for every case, is sure and is not past its review', () => {
    for (const office of catalogue.offices.values()) {
      const cards = attractCards(catalogue, office, today);
      expect(cards.length).toBeGreaterThan(6);
      for (const card of cards) {
        if (card.kind === 'notice') continue;
        for (const cost of card.service.costs) {
          expect(cost.amount, card.service.identifier).toEqual(card.cost.amount);
          expect(cost.amount.kind).not.toBe('notPosted');
          expect(cost.note, 'what a card has no room to say').toBeUndefined();
          expect(cost.reviewBy >= today).toBe(true);
        }
      }
      const shown = new Set(cards.flatMap((card) => (card.kind === 'notice' ? [card.notice.identifier] : [])));
      expect(shown).toEqual(new Set(office.notices.map((notice) => notice.identifier)));
    }
  });
});
