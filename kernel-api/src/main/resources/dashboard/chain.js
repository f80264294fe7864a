// Checks the transparency log in this browser: what the kernel says of itself is no proof.

const GENESIS = '0'.repeat(64);
const utf8 = new TextEncoder();

/** Whether this browser can hash: it does on loopback and over HTTPS only. */
export const canVerify = globalThis.crypto?.subtle !== undefined;

/**
 * Follows the chain through all entries, oldest first. Resolves to the number of the first entry that is not what it was, or
 * does not follow the one before; 0 when all are right.
 */
export async function firstBroken(entries) {
  let previous = GENESIS;
  let number = 0;
  for (const entry of entries) {
    number++;
    if (entry.number !== number || entry.previous_hash !== previous || entry.entry_hash !== await hashOf(entry)) {
      return number;
    }
    previous = entry.entry_hash;
  }
  return 0;
}

/** SHA-256 over the fields in UTF-8, each after the number of its bytes and a colon; in hex. */
async function hashOf(entry) {
  const parts = [entry.previous_hash, String(entry.number), entry.ts, entry.action, entry.key ?? entry.message_id, entry.reason,
    entry.performed_by, entry.content_hash].flatMap((field) => {
    const bytes = utf8.encode(field);
    return [utf8.encode(`${bytes.length}:`), bytes];
  });
  const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
