/** Names under which secrets go. A suffix such as `_FILE`, `_NAME` or `_TTL` says that it is something else. */
const SECRET_NAME = /(PASSWORD|PASSWD|PASSPHRASE|REQUIREPASS|MASTERAUTH|(^|[_-])(PASS|PWD|SECRET|SECRET_KEY|TOKEN|API_?KEY|ACCESS_KEY|ACCESS_KEY_ID|PRIVATE_KEY|ENCRYPTION_KEY|SIGNING_KEY|CREDENTIALS?))$/i;

/** Texts that are secrets under any name: key files, cloud and repository tokens, JSON Web Tokens, passwords in addresses. */
const SECRET_VALUE = new RegExp([
  '-----BEGIN [A-Z ]*PRIVATE KEY-----',
  '\\b(AKIA|ASIA)[0-9A-Z]{16}\\b',
  '\\bgh[pousr]_[A-Za-z0-9]{36,}\\b',
  '\\bglpat-[A-Za-z0-9_-]{20,}',
  '\\bxox[abprs]-[A-Za-z0-9-]{10,}',
  '\\bsk_live_[A-Za-z0-9]{16,}',
  '\\bAIza[0-9A-Za-z_-]{35}\\b',
  '\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.',
  '://[^/\\s:@]*:[^/\\s@$]+@',
].join('|'));

/** `--password=hunter2`: an argument that names what it holds. */
const SECRET_ARGUMENT = /(^|[-_\s])(password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key)[=:]\s*[^\s$]/i;

/** What an error shows instead. @internal */
export const NOT_SHOWN = '(not shown: it may be a secret)';

/** Whether something of this name holds a secret. @internal */
export function namesSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}

/** Whether a text is a secret by its look. @internal */
export function looksSecret(text: string): boolean {
  return SECRET_VALUE.test(text);
}

/** Whether an argument of a command holds a secret. @internal */
export function argumentHoldsSecret(text: string): boolean {
  return looksSecret(text) || SECRET_ARGUMENT.test(text);
}

/** For JSON.stringify: hides what may be a secret, by its name or its look. @internal */
export function hidingSecrets(key: string, value: unknown): unknown {
  const hidden = (typeof value === 'string' && argumentHoldsSecret(value)) || (namesSecret(key) && (typeof value === 'string' || typeof value === 'number'));
  return hidden ? NOT_SHOWN : value;
}
