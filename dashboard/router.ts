import { createRouter, createWebHistory, type Router } from 'vue-router'
import type { Role } from '#cloud/api'
import type { Desk } from './feed/desk.ts'

/** Where a role lands after signing in: those who watch see the lanes, a haulier its tickets. */
export const homeOf = (role: Role): string => (role === 'carrier' ? '/tickets' : '/lanes')
/** Screens of the regulator and the site; a carrier has no business there and is told so by the cloud as well. */
const WATCHERS = new Set(['/lanes', '/alarms'])

/** The screens by address. Each is a chunk of its own, so that the first one is there quickly. */
export function createPages(desk: Desk): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [
      { path: '/', redirect: () => (desk.person.value ? homeOf(desk.person.value.role) : '/sign-in') },
      { path: '/sign-in', component: () => import('./screens/sign-in/sign-in.vue') },
      { path: '/lanes', component: () => import('./screens/lanes/lanes-screen.vue') },
      { path: '/alarms', component: () => import('./screens/alarms/alarms-screen.vue') },
      { path: '/tickets', component: () => import('./screens/tickets/tickets-screen.vue') },
      { path: '/tickets/new', component: () => import('./screens/tickets/issue-ticket.vue') },
      { path: '/tickets/:number', component: () => import('./screens/tickets/ticket-detail.vue'), props: true },
      { path: '/weighings', component: () => import('./screens/weighings/weighings-screen.vue') },
      { path: '/weighings/:id', component: () => import('./screens/weighings/weighing-detail.vue'), props: true },
      { path: '/:rest(.*)*', component: () => import('./screens/not-found.vue') },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.beforeEach((to) => {
    const who = desk.person.value
    if (to.path === '/sign-in') return who ? homeOf(who.role) : true
    if (!who) return { path: '/sign-in', query: to.path === '/' ? {} : { to: to.fullPath } }
    return who.role === 'carrier' && WATCHERS.has(to.path) ? homeOf(who.role) : true
  })
  return router
}
