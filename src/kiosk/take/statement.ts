import type { PublicService } from '../../model/public-service.ts';
import { statementIn } from '../../trust/statement.ts';
import { encodeStatement } from '../../trust/statement-code.ts';

/**
 * The address at which a phone checks one fee. Everything is in the fragment,
 * which a browser sends to nobody. `undefined` where the release states no such
 * fee.
 */
export function checkLink(publicAddress: string, service: PublicService, cost: string): string | undefined {
  const statement = statementIn(service, cost);
  return statement === undefined ? undefined : `${publicAddress.replace(/\/+$/, '')}/check/#${encodeStatement(statement)}`;
}
