/** 统一社会信用代码 (GB 32100-2015): 17 significant characters and a check character, weights 3^i mod 31 over 31 letters without I, O, S, V, Z. */
const LETTERS = '0123456789ABCDEFGHJKLMNPQRTUWXY'

export function usccOf(significant: string): string {
  const sum = [...significant].reduce((total, letter, at) => total + ((LETTERS.indexOf(letter) * 3 ** at) % 31), 0)
  return significant + LETTERS[(31 - (sum % 31)) % 31]
}
