# frozen_string_literal: true

require "openssl"

# Verifies ComplyWise webhooks in Ruby 3.0 or newer. See ../wire-format.md.
module ComplyWiseWebhooks
  module_function

  # Raises ArgumentError unless one of the secrets signed the body, which is the bytes exactly as they arrived. Headers are
  # a hash of lower-case names; a repeated one holds its values joined by commas. Returns when the attempt was made, in
  # Unix seconds, or nil if that was not signed. Then ask fresh?.
  def verify(body, headers, secrets)
    raise ArgumentError, "a secret is empty" if secrets.empty? || secrets.any? { |secret| ["", "whsec_"].include?(secret) }
    expected = secrets.map { |secret| "sha256=" + mac(secret, body).unpack1("H*") }
    unless among?([headers.fetch("x-complywise-signature", "")], expected)
      raise ArgumentError, "no secret made the signature"
    end

    trio = headers.values_at("webhook-id", "webhook-timestamp", "webhook-signature")
    return nil if trio.none?
    event_id, timestamp, signatures = trio.map { |value| value.to_s.b }
    prefix = "#{event_id}.#{timestamp}."
    entries = signatures.split(/ /, -1)
    unless prefix.match?(/\A[A-Za-z0-9_-]{1,256}\.(0|[1-9][0-9]{0,11})\.\z/) && entries.all? { |entry| well_formed?(entry) }
      raise ArgumentError, "the attempt's signature is malformed"
    end
    macs = secrets.map { |secret| mac(attempt_key(secret), prefix + body.b) }
    unless among?(entries, macs.map { |bytes| "v1," + [bytes].pack("m0") })
      raise ArgumentError, "no secret made the attempt's signature"
    end
    timestamp.to_i
  end

  # Tells whether a verified event may be handled, once, or could be a replay. All are Unix seconds.
  def fresh?(happened_at, attempted_at, now)
    return false if happened_at - now > 5 * 60
    return (now - attempted_at).abs <= 5 * 60 if attempted_at
    now - happened_at <= 7 * 24 * 60 * 60
  end

  def well_formed?(entry)
    entry.match?(/\Av[0-9]+[a-z]?,[A-Za-z0-9_+\/=-]+\z/) && (!entry.start_with?("v1,") || entry.length == 47)
  end

  def attempt_key(secret)
    secret.start_with?("whsec_") ? secret.delete_prefix("whsec_").unpack1("m0") : secret
  end

  def mac(key, message)
    OpenSSL::HMAC.digest("SHA256", key, message)
  end

  def among?(presented, expected)
    presented.product(expected).map { |a, b| OpenSSL.secure_compare(a, b) }.any? # map, so that every pair is compared
  end
end
