/** How often what moves on the page of a subscription is read, while the page is visible. */
export const REFETCH_MS = 5000
