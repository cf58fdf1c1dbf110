import { useState } from 'react'

/** A choice that is remembered in this browser, as far as it may store anything. */
export function useStoredFlag(
  name: string,
  byDefault: () => boolean,
): readonly [boolean, (value: boolean) => void] {
  const [value, setValue] = useState(() => read(name) ?? byDefault())
  return [
    value,
    (value) => {
      setValue(value)
      write(name, value)
    },
  ]
}

function read(name: string): boolean | undefined {
  try {
    const stored = localStorage.getItem(name)
    return stored === null ? undefined : stored === 'true'
  } catch {
    return undefined
  }
}

function write(name: string, value: boolean): void {
  try {
    localStorage.setItem(name, String(value))
  } catch {
    // It holds for as long as the page is open.
  }
}
