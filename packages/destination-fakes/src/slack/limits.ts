/** The limits of Slack that do not depend on who asks. Lengths are in UTF-16 code units, as a sender measures them. */
export const slackLimits = {
  blocksPerMessage: 50,
  headerText: 150,
  sectionText: 3000,
  sectionFields: 10,
  sectionFieldText: 2000,
  contextElements: 10,
  actionsElements: 25,
  contextText: 3000,
  markdownText: 12_000,
  buttonText: 75,
  buttonUrl: 3000,
  buttonValue: 2000,
  overflowOptions: 5,
  optionText: 75,
  optionValue: 150,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  imageUrl: 3000,
  altText: 2000,
  imageTitle: 2000,
  /** Of `block_id` and `action_id`. */
  id: 255,
  /** Top-level text beyond it is cut, silently but for a warning in the answer. */
  text: 40_000,
  attachments: 100,
  /** Of the blocks of a message together, as JSON. Undocumented; reports put it between 13,100 and 13,300. */
  blocksTogether: 13_200,
  /** Of the metadata, as JSON in bytes. Undocumented; well-behaved senders stay below. */
  metadataBytes: 2048,
} as const

/** How often Slack may be called. Each rate is a bucket: `burst` calls at once, one more every `everyMs`. */
export interface SlackRates {
  /** `chat.postMessage`, per channel. */
  readonly postMessage: { readonly burst: number; readonly everyMs: number }
  /** `chat.update`, per workspace. */
  readonly update: { readonly burst: number; readonly everyMs: number }
  /** `conversations.history` and `conversations.replies`, each per workspace. */
  readonly history: { readonly burst: number; readonly everyMs: number }
}

/** What Slack grants an app used inside one organization. */
export const slackRates: SlackRates = {
  postMessage: { burst: 3, everyMs: 1000 },
  update: { burst: 20, everyMs: 1200 },
  history: { burst: 20, everyMs: 1200 },
}
