import { existsSync } from 'node:fs'
import { type BrowserServer, chromium } from 'playwright-core'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

/**
 * How Chromium is started: as it is installed on this machine, or where `CHROME_PATH` says, and without anything that it
 * would ask of the network by itself.
 */
export const launchOptions = {
  executablePath: process.env['CHROME_PATH'] ?? places.find((place) => existsSync(place)) ?? 'chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
} as const

/** Starts one browser that several processes use. */
export function launchBrowser(): Promise<BrowserServer> {
  return chromium.launchServer({ ...launchOptions, args: [...launchOptions.args] })
}
