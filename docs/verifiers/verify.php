<?php

declare(strict_types=1);

/** Verifies ComplyWise webhooks in PHP 8.0 or newer. See ../wire-format.md. */
final class ComplyWiseWebhooks
{
    /**
     * Throws unless one of the secrets signed the body, which is the bytes exactly as they arrived, as
     * file_get_contents('php://input') gives them. Headers are by lower-case name; a repeated one holds its values joined by
     * commas. Returns when the attempt was made, in Unix seconds, or null if that was not signed. Then ask isFresh.
     */
    public static function verify(string $body, array $headers, array $secrets): ?int
    {
        if ($secrets === [] || array_intersect($secrets, ['', 'whsec_']) !== []) {
            throw new InvalidArgumentException('a secret is empty');
        }
        $expected = array_map(fn ($secret) => 'sha256=' . hash_hmac('sha256', $body, $secret), $secrets);
        if (!self::isAmong([$headers['x-complywise-signature'] ?? ''], $expected)) {
            throw new UnexpectedValueException('no secret made the signature');
        }

        if (!isset($headers['webhook-id']) && !isset($headers['webhook-timestamp']) && !isset($headers['webhook-signature'])) {
            return null;
        }
        $timestamp = $headers['webhook-timestamp'] ?? '';
        $prefix = ($headers['webhook-id'] ?? '') . ".$timestamp.";
        $entries = explode(' ', $headers['webhook-signature'] ?? '');
        $isWellFormed = preg_match('/^[A-Za-z0-9_-]{1,256}\.(0|[1-9][0-9]{0,11})\.$/D', $prefix) === 1;
        foreach ($entries as $entry) {
            $isWellFormed = $isWellFormed
                && preg_match('/^v[0-9]+[a-z]?,[A-Za-z0-9_+\/=-]+$/D', $entry) === 1
                && (!str_starts_with($entry, 'v1,') || strlen($entry) === 47);
        }
        if (!$isWellFormed) {
            throw new UnexpectedValueException("the attempt's signature is malformed");
        }
        $mac = fn ($secret) => hash_hmac('sha256', $prefix . $body, self::attemptKey($secret), true);
        if (!self::isAmong($entries, array_map(fn ($secret) => 'v1,' . base64_encode($mac($secret)), $secrets))) {
            throw new UnexpectedValueException("no secret made the attempt's signature");
        }
        return (int) $timestamp;
    }

    /** Tells whether a verified event may be handled, once, or could be a replay. All are Unix seconds. */
    public static function isFresh(int $happenedAt, ?int $attemptedAt, int $now): bool
    {
        if ($happenedAt - $now > 5 * 60) {
            return false;
        }
        if ($attemptedAt !== null) {
            return abs($now - $attemptedAt) <= 5 * 60;
        }
        return $now - $happenedAt <= 7 * 24 * 60 * 60;
    }

    private static function attemptKey(string $secret): string
    {
        return str_starts_with($secret, 'whsec_') ? base64_decode(substr($secret, 6), true) : $secret;
    }

    private static function isAmong(array $presented, array $expected): bool
    {
        $found = false;
        foreach ($presented as $value) {
            foreach ($expected as $right) {
                $found = hash_equals($right, $value) || $found;
            }
        }
        return $found;
    }
}
