import { answerOf, api, type Schemas } from './client.ts'

/** What a check of a signature found. */
export type SignatureCheck = Schemas['SignatureCheck']

/** What a receiver's code computed, and the text that it hashed, where that is known. */
export interface ComputedSignature {
  readonly signature: string
  readonly body?: string
}

/** Compares what a receiver's code computed with what signs a delivery. */
export async function checkSignature(
  deliveryId: string,
  computed: ComputedSignature,
): Promise<SignatureCheck> {
  const params = { path: { id: deliveryId } }
  return answerOf(await api.POST('/api/deliveries/{id}/check-signature', { params, body: computed }))
}
