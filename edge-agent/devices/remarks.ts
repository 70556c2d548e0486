/** Words for people about one device from several places, as the one text a state has room for. */
export function remarks(show: (words: string) => void): { say(about: string, words: string): void } {
  const all = new Map<string, string>()
  return {
    say(about, words) {
      if ((all.get(about) ?? '') === words) return
      // What is news stands first, because the text is cut at its end.
      const rest = [...all].filter(([other]) => other !== about)
      all.clear()
      if (words !== '') all.set(about, words)
      for (const [other, said] of rest) all.set(other, said)
      show([...all.values()].join('; '))
    },
  }
}
