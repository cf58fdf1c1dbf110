import { slackLimits } from '../limits.ts'
import { boolean, byType, type Check, list, literal, object, string, url } from './check.ts'

const anyType = string()
const actionId = string(slackLimits.id)

/** A text object of either kind. */
export function text(max: number): Check {
  return byType({ plain_text: plainText(max), mrkdwn: mrkdwn(max) })
}

/** A text object that Slack shows as it is. */
export function plainText(max: number): Check {
  return object({ type: literal('plain_text'), text: string(max) }, { emoji: boolean })
}

const confirm = object(
  {
    title: plainText(slackLimits.confirmTitle),
    text: text(slackLimits.confirmText),
    confirm: plainText(slackLimits.confirmButton),
    deny: plainText(slackLimits.confirmButton),
  },
  { style: literal('primary', 'danger') },
)

const option = object(
  { text: text(slackLimits.optionText), value: string(slackLimits.optionValue) },
  { description: plainText(slackLimits.optionText), url: url(slackLimits.buttonUrl) },
)

const button = object(
  { type: anyType, text: plainText(slackLimits.buttonText) },
  {
    action_id: actionId,
    url: url(slackLimits.buttonUrl),
    value: string(slackLimits.buttonValue),
    style: literal('primary', 'danger'),
    confirm,
    accessibility_label: string(slackLimits.buttonText),
  },
)

const overflow = object(
  { type: anyType, options: list(option, slackLimits.overflowOptions) },
  { action_id: actionId, confirm },
)

const staticSelect = object(
  { type: anyType, options: list(option, 100) },
  {
    action_id: actionId,
    placeholder: plainText(150),
    initial_option: option,
    confirm,
    focus_on_load: boolean,
  },
)

const usersSelect = object(
  { type: anyType },
  {
    action_id: actionId,
    placeholder: plainText(150),
    initial_user: string(),
    confirm,
    focus_on_load: boolean,
  },
)

/** An image inside another block. */
const imageElement = object({
  type: anyType,
  image_url: url(slackLimits.imageUrl),
  alt_text: string(slackLimits.altText),
})

const interactive = { button, overflow, static_select: staticSelect, users_select: usersSelect }

/** What an actions block holds. */
export const actionsElement = byType(interactive)

/** What stands beside the text of a section. */
export const accessory = byType({ ...interactive, image: imageElement })

/** What a context block holds. */
export const contextElement = byType({
  image: imageElement,
  plain_text: plainText(slackLimits.contextText),
  mrkdwn: mrkdwn(slackLimits.contextText),
})

function mrkdwn(max: number): Check {
  return object({ type: literal('mrkdwn'), text: string(max) }, { verbatim: boolean })
}
