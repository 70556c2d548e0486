/**
 * One byte form per value: RFC 8785 (JCS) with two restrictions that make it exact in any language: numbers are whole and
 * safe, strings are NFC. Members that are `undefined` are left out. A record travels as these bytes and is never re-serialised.
 */
export type Canonical = string | number | boolean | null | readonly Canonical[] | { readonly [key: string]: Canonical | undefined }

export function canonical(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.normalize('NFC'))
    case 'number':
      if (!Number.isSafeInteger(value)) throw new TypeError(`${value} is not a whole number: records hold integers only`)
      return Object.is(value, -0) ? '0' : String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
      const members = value as Record<string, unknown>
      const keys = Object.keys(members)
        .filter((key) => members[key] !== undefined)
        .sort()
      return `{${keys.map((key) => `${JSON.stringify(key.normalize('NFC'))}:${canonical(members[key])}`).join(',')}}`
    }
    default:
      throw new TypeError(`a ${typeof value} has no canonical form`)
  }
}
