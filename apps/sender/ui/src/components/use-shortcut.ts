import { useEffect } from 'react'

/**
 * Calls `run` when a character is typed anywhere on the page but where text is entered, in a list of choices, or in a dialog.
 *
 * @param run has to be the same function at each call, or the listener is replaced each time.
 */
export function useShortcut(key: string, run: () => void): void {
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent): void {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return
      const { target } = event
      if (target instanceof Element && target.closest(elsewhere) !== null) return
      event.preventDefault()
      run()
    }

    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [key, run])
}

const elsewhere =
  'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=listbox], [role=menu]'
