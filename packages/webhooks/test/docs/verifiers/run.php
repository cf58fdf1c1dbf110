<?php

// Tries the verifier at argv[1] with the cases on stdin, and prints what it makes of each.
declare(strict_types=1);

require $argv[1];

function tryVerify(array $case): array
{
    $headers = [];
    foreach ($case['headers'] as [$name, $value]) {
        $headers[$name] = isset($headers[$name]) ? "$headers[$name], $value" : $value;
    }
    try {
        $body = base64_decode($case['body'], true);
        return ['verified' => true, 'attemptedAt' => ComplyWiseWebhooks::verify($body, $headers, $case['secrets'])];
    } catch (InvalidArgumentException | UnexpectedValueException) {
        return ['verified' => false];
    }
}

$cases = json_decode(stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);
echo json_encode([
    'verify' => array_map(tryVerify(...), $cases['verify']),
    'isFresh' => array_map(fn ($times) => ComplyWiseWebhooks::isFresh(...$times), $cases['isFresh']),
], JSON_THROW_ON_ERROR);
