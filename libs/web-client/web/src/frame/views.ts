import type { ComponentType } from 'react'

import type { IconName } from '../elements/icon.tsx'
import type { ViewId } from './addresses.ts'

export interface View {
  readonly id: ViewId
  /** Pattern of its addresses, for wouter. */
  readonly path: string
  readonly title: string
  readonly icon: IconName
  readonly load: () => Promise<{ readonly default: ComponentType }>
}

/** All views, in the order of the rail. The first is shown at the start. */
export const views: readonly View[] = [
  {
    id: 'chat',
    path: '/chat/*?',
    title: 'Chat',
    icon: 'chat',
    load: () => import('../chat/index.tsx'),
  },
  {
    id: 'console',
    path: '/console/*?',
    title: 'Console',
    icon: 'console',
    load: () => import('../console/index.tsx'),
  },
  {
    id: 'database',
    path: '/database/*?',
    title: 'Database',
    icon: 'database',
    load: () => import('../database/index.tsx'),
  },
  {
    id: 'files',
    path: '/files/*?',
    title: 'Files',
    icon: 'files',
    load: () => import('../files/index.tsx'),
  },
  {
    id: 'activity',
    path: '/activity/*?',
    title: 'Activity',
    icon: 'activity',
    load: () => import('../activity/index.tsx'),
  },
  {
    id: 'servers',
    path: '/servers/*?',
    title: 'Servers',
    icon: 'servers',
    load: () => import('../servers/index.tsx'),
  },
]
