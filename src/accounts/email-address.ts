/** RFC 5321's bounds, in octets. */
const MAX_BYTES = 254;
const MAX_LOCAL_BYTES = 64;

// Quoted local parts and address literals are left out: nobody registers with one, and they let strange characters in.
const LOCAL = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u;
const LABEL = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

/** The form in which an address is unique: trimmed, in lower case, composed (NFC). null for what is no address. */
export function normalEmail(text: string): string | null {
  const email = text.trim().toLowerCase().normalize('NFC');
  const at = email.lastIndexOf('@');
  const [local, domain] = [email.slice(0, at), email.slice(at + 1)];
  if (at < 1 || Buffer.byteLength(email) > MAX_BYTES || Buffer.byteLength(local) > MAX_LOCAL_BYTES)
    return null;
  const labels = domain.split('.');
  return LOCAL.test(local) && labels.length > 1 && labels.every((label) => LABEL.test(label)) ? email : null;
}
