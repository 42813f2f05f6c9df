// Receipts for those who have a key.
import { ask } from './api';
import { save } from './files';

export async function receipt(at: URL): Promise<void> {
  const answer = await ask(at);
  save(await answer.blob(), `${at.pathname.split('/').at(-2) ?? 'flag'}-receipt.json`);
}
