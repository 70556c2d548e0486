import type { AlarmRow } from '#cloud/api'
import { useDesk } from '../feed/desk.ts'
import { useWords } from '../words/use-words.ts'

/** Where an alarm happened and what it is, in a few words, for rows, dialogs and screen readers alike. */
export function useAlarmWords() {
  const { live } = useDesk()
  const { f } = useWords()
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)
  return {
    titleOf: (row: AlarmRow): string => f.value.alarmTitle(row),
    plateOf: (row: AlarmRow): string | null => text(row.facts.plate),
    ticketOf: (row: AlarmRow): string | null => text(row.facts.ticket),
    weightOf: (row: AlarmRow): number | null => {
      const said = row.facts.weightKg ?? row.facts.grossKg
      return typeof said === 'number' ? said : null
    },
    placeOf: (row: AlarmRow): string => {
      const county = live.value.sites.find((site) => site.site === row.site)?.countyName ?? row.county
      const lane = live.value.lanes.find((view) => view.lane.site === row.site && view.lane.lane === row.lane)?.lane.name ?? row.lane
      return [county, row.siteName, lane].filter(Boolean).join(' · ')
    },
  }
}
