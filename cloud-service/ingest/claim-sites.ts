import type { Transaction } from '../database/pool.ts'

/** A site held, with the number that grows whenever it changes hands. */
export interface Claim {
  readonly site: string
  readonly fence: number
}

/** Who claims: by its name, with the sites it knows it holds and their fences. */
export interface Claimant {
  readonly holder: string
  readonly held: ReadonlyMap<string, number>
  /** At its start it also takes what an earlier process of its name held, and so outdates that process should it still be alive. */
  readonly takeOwn: boolean
}

/**
 * How long a claim stands without being renewed. When an instance dies its sites wait for the rest of it, and for the next renewal of
 * another instance (leases.ts): together less than ten seconds.
 */
const LASTS = '5 seconds'

/**
 * Renews what is held under the fence we know, claims what nobody holds any more, and takes what others hold beyond their share: the
 * sites are served by all instances that are alive, each about as many. Where nobody holds more than a share, nothing changes hands.
 */
export async function claimSites(tx: Transaction, who: Claimant): Promise<Claim[]> {
  await saySo(tx, who.holder)
  const share = await shareOf(tx)
  const claimed = await renewAndClaim(tx, who, share)
  if (share === null || claimed.length >= share) return claimed
  return [...claimed, ...(await takeSurplus(tx, who.holder, share, share - claimed.length))]
}

/**
 * In the place of `claimSites` while the broker is away from this instance, so that it hears no site. It is none of those who share, and
 * takes nothing from them. For a moment it keeps what it holds; after that (`forLong`) it gives its sites back, where others are there
 * that hear: null. Where nobody hears, everybody keeps what he holds.
 */
export async function claimDeaf(tx: Transaction, who: Claimant, forLong: boolean): Promise<Claim[] | null> {
  await tx.query('delete from cloud_instance where holder = $1', [who.holder])
  const { rowCount: others } = await tx.query('select from cloud_instance where until > now() limit 1')
  if (others === 0) return renewAndClaim(tx, who, null)
  if (!forLong) return renewAndClaim(tx, who, 0)
  await giveBack(tx, who.holder, [...who.held.keys()])
  return null
}

/** Gives back what is held, and is no instance any more: others need not wait. */
export async function giveBack(tx: Transaction, holder: string, sites: readonly string[]): Promise<void> {
  await tx.query('update site_lease set until = now() where holder = $1 and site = any($2)', [holder, sites])
  await tx.query('delete from cloud_instance where holder = $1', [holder])
}

async function saySo(tx: Transaction, holder: string): Promise<void> {
  await tx.query(
    `with gone as (delete from cloud_instance where until < now() - interval '1 day' and holder <> $1)
     insert into cloud_instance (holder, until) values ($1, now() + interval '${LASTS}')
     on conflict (holder) do update set until = excluded.until`,
    [holder],
  )
}

/** How many sites each instance serves at most; null where there is only one. */
async function shareOf(tx: Transaction): Promise<number | null> {
  const { rows } = await tx.query<{ share: number }>(
    `select ceil(s.sites::numeric / i.instances)::int as share
     from (select count(distinct site) as sites from agent) s, (select count(*) as instances from cloud_instance where until > now()) i
     where i.instances > 1`,
  )
  return rows[0]?.share ?? null
}

/** What is ours stays ours, also beyond our share: nobody would serve it before another instance has taken it. */
async function renewAndClaim(tx: Transaction, { holder, takeOwn, held }: Claimant, share: number | null): Promise<Claim[]> {
  const { rows } = await tx.query<Claim>(
    `with ours as (select * from unnest($3::text[], $4::bigint[]) as ours (site, fence))
     insert into site_lease as l (site, holder, fence, until)
     select site, $1, 1, now() + interval '${LASTS}' from (
       select a.site, l.holder is not distinct from $1 as mine, row_number() over (order by l.holder is distinct from $1, a.site) as nth
       from (select distinct site from agent) a left join site_lease l using (site)
       where l.site is null or l.until < now() or l.holder = $1) as may
     where mine or $5::int is null or nth <= $5::int order by site
     on conflict (site) do update set holder = excluded.holder, until = excluded.until,
       fence = case when exists (select from ours o where o.site = l.site and o.fence = l.fence) then l.fence else l.fence + 1 end
     where l.until < now() or (l.holder = $1 and ($2 or exists (select from ours o where o.site = l.site and o.fence = l.fence)))
     returning site, fence`,
    [holder, takeOwn, [...held.keys()], [...held.values()], share],
  )
  return rows
}

/**
 * At most so many sites of those who hold more than a share, from each no more than what is beyond it. One whose holder is just renewing it
 * is left for the next time: whoever takes waits for nobody, and so cannot stand in a ring of those who wait for one another.
 */
async function takeSurplus(tx: Transaction, holder: string, share: number, most: number): Promise<Claim[]> {
  const { rows } = await tx.query<Claim>(
    `with surplus as (
       select site, fence from (
         select site, fence, row_number() over (partition by holder order by site desc) as nth, count(*) over (partition by holder) as sites
         from site_lease where holder <> $1 and until >= now()) as theirs
       where nth <= sites - $2::int order by site limit $3::int),
     free as (select l.site, l.fence from site_lease l join surplus using (site, fence) order by l.site for update of l skip locked)
     update site_lease l set holder = $1, fence = l.fence + 1, until = now() + interval '${LASTS}'
     from free f where l.site = f.site and l.fence = f.fence
     returning l.site, l.fence`,
    [holder, share, most],
  )
  return rows
}
