/** A public key as `edge key` prints it: 32 bytes in base64url, which may well begin with a dash or two. */
const PUBLIC_KEY = /^[-_A-Za-z0-9]{43}$/

/** The command line with public keys behind `--`, so that none is taken for an option. */
export function keysLast(args: readonly string[]): string[] {
  const keys = args.filter((arg) => PUBLIC_KEY.test(arg) && arg.startsWith('-'))
  return keys.length === 0 ? [...args] : [...args.filter((arg) => !keys.includes(arg) && arg !== '--'), '--', ...keys]
}
