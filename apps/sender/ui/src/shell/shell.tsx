import { Link, Outlet } from '@tanstack/react-router'
import { type ReactNode, Suspense } from 'react'
import { Skeleton } from '../components/skeleton.tsx'
import { strings } from '../strings/index.ts'
import icon from './icon.svg'
import { PageFocus } from './page-focus.tsx'
import { SessionMenu } from './session-menu.tsx'
import { SessionWatch } from './session-watch.tsx'
import styles from './shell.module.css'

/** The frame around every page that one is signed in for. */
export function Shell(): ReactNode {
  const { shell } = strings
  return (
    <div className={styles.shell}>
      <a href="#page" className={styles.skip}>
        {shell.skip}
      </a>
      <header className={styles.bar}>
        <Link to="/settings/integrations/webhooks" className={styles.brand}>
          <img src={icon} width={26} height={26} alt="" />
          <span>{strings.product}</span>
        </Link>
        <nav className={styles.navigation} aria-label={shell.navigation}>
          <Link to="/settings/integrations/webhooks" className={styles.tab}>
            {shell.webhooks}
          </Link>
          <Link to="/settings/webhooks/delivery-log" search={{}} className={styles.tab}>
            {shell.deliveryLog}
          </Link>
          <a href="/docs" className={styles.tab}>
            {shell.apiReference}
          </a>
        </nav>
        <SessionMenu />
      </header>
      <main id="page" className={styles.page} tabIndex={-1}>
        <PageFocus />
        <SessionWatch />
        <Suspense fallback={<Skeleton lines={6} height={40} />}>
          <Outlet />
        </Suspense>
      </main>
    </div>
  )
}
