/**
 * Arrays as PostgreSQL reads them, for inserts by UNNEST. pg's own encoder escapes every element with two regular expressions; at ten
 * thousand records a second that was a fifth of the ingest's time.
 */
export const intArray = (values: readonly (number | null)[]): string => `{${values.map((value) => value ?? 'NULL').join(',')}}`

const PLAIN = /^[A-Za-z0-9._:+-]+$/
export function textArray(values: readonly (string | null)[]): string {
  let text = '{'
  for (const [at, value] of values.entries()) {
    if (at > 0) text += ','
    if (value === null) text += 'NULL'
    else if (PLAIN.test(value) && value.toUpperCase() !== 'NULL') text += value
    else text += `"${value.replace(/[\\"]/g, '\\$&')}"`
  }
  return `${text}}`
}
