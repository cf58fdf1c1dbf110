import { Menu } from '@base-ui/react/menu'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { sessionQuery, signOut, useSession } from '../api/session.ts'
import { tellFailed } from '../components/toasts.tsx'
import { strings } from '../strings/index.ts'
import { announceSession } from './session-channel.ts'
import { chooseTheme, storedTheme, type Theme, themes } from './theme.ts'
import styles from './session-menu.module.css'

/** Who is signed in, the theme, and signing out. */
export function SessionMenu(): ReactNode {
  const { account, role, key_name: keyName } = useSession()
  const [theme, setTheme] = useState(storedTheme)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const ending = useMutation({
    mutationFn: signOut,
    async onSuccess() {
      announceSession()
      queries.removeQueries({ queryKey: sessionQuery.queryKey })
      await navigate({ to: '/sign-in', search: {} })
      queries.clear()
    },
    onError: tellFailed,
  })

  function choose(theme: Theme): void {
    chooseTheme(theme)
    setTheme(theme)
  }

  const { shell } = strings
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={styles.trigger}>
        <span className={styles.account}>{account.name}</span>
        <span className={styles.role}>{shell.roles[role]}</span>
        <span aria-hidden="true">▾</span>
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className={styles.positioner}>
          <Menu.Popup className={styles.popup}>
            {keyName !== '' && <div className={styles.key}>{keyName}</div>}
            <Menu.Group>
              <Menu.GroupLabel className={styles.label}>{shell.theme.label}</Menu.GroupLabel>
              <Menu.RadioGroup value={theme} onValueChange={choose}>
                {themes.map((each) => (
                  <Menu.RadioItem key={each} value={each} className={styles.item} closeOnClick={false}>
                    {shell.theme[each]}
                    <Menu.RadioItemIndicator aria-hidden="true">✓</Menu.RadioItemIndicator>
                  </Menu.RadioItem>
                ))}
              </Menu.RadioGroup>
            </Menu.Group>
            <Menu.Separator className={styles.separator} />
            <Menu.Item className={styles.item} onClick={() => ending.mutate()}>
              {shell.signOut}
            </Menu.Item>
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
