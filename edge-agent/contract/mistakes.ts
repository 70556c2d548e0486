import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { SLUG } from './ids.ts'

/** One mistake in something written by a person or a program: where, and a sentence in Chinese and English. */
export interface Mistake {
  /** Path with dots, such as `lanes.0.scale.dialect`; empty for the whole. */
  readonly path: string
  readonly zh: string
  readonly en: string
}

// The library stops at 8 errors by default; whoever corrects a configuration wants them all.
Settings.Set({ maxErrors: 200 })

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

/** A checker made once: all mistakes at once, each once, unknown keys included (the schema says `additionalProperties: false`). */
export function mistakeFinder(schema: TSchema): (value: unknown) => Mistake[] {
  const compiled = Compile(schema)
  return (value) => (compiled.Check(value) ? [] : sayAll(compiled.Errors(value) as readonly SchemaError[]))
}

function sayAll(errors: readonly SchemaError[]): Mistake[] {
  const seen = new Set<string>()
  return errors.flatMap(say).filter(({ path, en }) => !seen.has(`${path} ${en}`) && seen.add(`${path} ${en}`))
}

function say(error: SchemaError): Mistake[] {
  const path = error.instancePath.slice(1).replaceAll('/', '.')
  const params = error.params as Record<string, unknown>
  const under = (key: string): string => (path ? `${path}.${key}` : key)
  switch (error.keyword) {
    case 'required':
      return (params.requiredProperties as string[]).map((key) => ({ path: under(key), zh: '缺少此项', en: 'is missing' }))
    case 'additionalProperties':
      return (params.additionalProperties as string[]).map((key) => ({
        path: under(key),
        zh: '没有这个设置项，请检查拼写',
        en: 'is not a setting here; check its spelling',
      }))
    case 'boolean':
      return [] // the companion of an unknown key, already said
    case 'anyOf':
      return [{ path, zh: '不是允许的形式', en: 'has none of the allowed forms' }]
    case 'type':
      return [{ path, zh: `应为${KINDS[String(params.type)] ?? params.type}`, en: `must be ${aKind(String(params.type))}` }]
    case 'enum':
    case 'const': {
      const words = ((params.allowedValues as unknown[] | undefined) ?? [params.allowedValue]).join(', ')
      return [{ path, zh: `只能是 ${words}`, en: `must be ${words.includes(',') ? 'one of ' : ''}${words}` }]
    }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return [{ path, zh: `必须 ${params.comparison} ${params.limit}`, en: `must be ${params.comparison} ${params.limit}` }]
    case 'pattern': {
      const words = PATTERNS[String(params.pattern)]
      return words ? [{ path, ...words }] : [{ path, zh: `不符合格式 ${params.pattern}`, en: `must look like ${params.pattern}` }]
    }
    default:
      return [{ path, zh: `不符合要求（${error.message}）`, en: error.message }]
  }
}

/** Shapes that people write by hand, in their words. */
const PATTERNS: Record<string, { readonly zh: string; readonly en: string }> = {
  [SLUG]: { zh: '只能用小写字母、数字和连字符，2 到 32 个', en: 'may have small letters, digits and hyphens only, 2 to 32 of them' },
}

const KINDS: Record<string, string> = {
  integer: '整数',
  number: '数字',
  string: '文字',
  boolean: 'true 或 false',
  array: '列表',
  object: '一组设置',
  null: '空',
}
const aKind = (kind: string): string =>
  ({ integer: 'a whole number', object: 'a group of settings', array: 'a list', boolean: 'true or false' })[kind] ?? `a ${kind}`

/** One line per mistake, for a terminal. */
export const mistakeLines = (mistakes: readonly Mistake[]): string =>
  mistakes.map(({ path, zh, en }) => `  ${path || '(整个文件 / whole file)'}: ${zh} / ${en}`).join('\n')
