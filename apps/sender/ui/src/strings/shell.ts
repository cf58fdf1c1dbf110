/** Texts of the frame around every page, and of signing in. */
export const shell = {
  skip: 'Skip to the content',
  breadcrumbs: 'You are here',
  navigation: 'Settings',
  settings: 'Settings',
  webhooks: 'Webhooks',
  deliveryLog: 'Delivery Log',
  apiReference: 'API',
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  roles: { admin: 'Admin', member: 'Member' },
  signOut: 'Sign out',
  signIn: {
    title: 'Sign in',
    description: 'With an API key of the role admin or member. Make one with the command below.',
    key: 'API key',
    keyDescription:
      'Begins with cwk_. It is exchanged for a session of 12 hours and is not kept in the browser.',
    submit: 'Sign in',
    command: 'A command that makes a key',
    ended: 'Your session has ended. Sign in again to go on where you were.',
    unknown: 'There is no such key, or it was revoked.',
    publisher:
      'A key with the role publisher publishes events, and reads nothing. Use one of the role admin or member.',
  },
  notFound: { title: 'There is no such page', back: 'Go to Webhooks' },
} as const
