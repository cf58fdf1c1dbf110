/**
 * The account that the operator's own webhook belongs to. Events about subscriptions are published to it like those of
 * any other account. The colon keeps its name apart from names that people give.
 */
export const OPERATOR_ACCOUNT_NAME = 'complywise:operator'

/** The subscription that the settings of the operator's webhook describe. */
export const OPERATOR_SUBSCRIPTION_ID = '00000000-0000-7000-8000-0000000000a1'
