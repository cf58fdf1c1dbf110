# Tries the verifier at ARGV[0] with the cases on stdin, and prints what it makes of each.
require "json"
require ARGV[0]

def try_verify(verify_case)
  headers = verify_case["headers"].group_by(&:first).transform_values { |pairs| pairs.map(&:last).join(", ") }
  body = verify_case["body"].unpack1("m0")
  { verified: true, attemptedAt: ComplyWiseWebhooks.verify(body, headers, verify_case["secrets"]) }
rescue ArgumentError
  { verified: false }
end

cases = JSON.parse($stdin.read)
puts JSON.generate(
  verify: cases["verify"].map { |verify_case| try_verify(verify_case) },
  isFresh: cases["isFresh"].map { |times| ComplyWiseWebhooks.fresh?(*times) },
)
