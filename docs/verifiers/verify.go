// Package webhooks verifies ComplyWise webhooks with the standard library alone. See ../wire-format.md.
package webhooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	prefixForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}\.(0|[1-9][0-9]{0,11})\.$`)
	entryForm  = regexp.MustCompile(`^v[0-9]+[a-z]?,[A-Za-z0-9_+/=-]+$`)
)

// Verify fails unless one of the secrets signed the body, which is the bytes exactly as they arrived. It returns when
// the attempt was made, or the zero time if that was not signed. Then ask IsFresh.
func Verify(body []byte, header http.Header, secrets []string) (attemptedAt time.Time, err error) {
	var signatures, attemptSignatures []string
	value := func(name string) string { return strings.Join(header.Values(name), ", ") }
	prefix := value("webhook-id") + "." + value("webhook-timestamp") + "."
	for _, secret := range secrets {
		key := []byte(secret)
		signatures = append(signatures, "sha256="+hex.EncodeToString(mac(key, body)))
		if strings.HasPrefix(secret, "whsec_") {
			if key, err = base64.StdEncoding.DecodeString(secret[6:]); err != nil {
				return attemptedAt, errors.New("a secret is not base64")
			}
		}
		if len(key) == 0 {
			return attemptedAt, errors.New("a secret is empty")
		}
		attempt := mac(key, append([]byte(prefix), body...))
		attemptSignatures = append(attemptSignatures, "v1,"+base64.StdEncoding.EncodeToString(attempt))
	}
	if !isAmong([]string{value("x-complywise-signature")}, signatures) {
		return attemptedAt, errors.New("no secret made the signature")
	}
	if len(header.Values("webhook-id"))+len(header.Values("webhook-timestamp"))+len(header.Values("webhook-signature")) == 0 {
		return attemptedAt, nil
	}
	entries := strings.Split(value("webhook-signature"), " ")
	for _, entry := range entries {
		if !prefixForm.MatchString(prefix) || !entryForm.MatchString(entry) || strings.HasPrefix(entry, "v1,") && len(entry) != 47 {
			return attemptedAt, errors.New("the attempt's signature is malformed")
		}
	}
	if !isAmong(entries, attemptSignatures) {
		return attemptedAt, errors.New("no secret made the attempt's signature")
	}
	seconds, err := strconv.ParseInt(value("webhook-timestamp"), 10, 64)
	return time.Unix(seconds, 0), err
}

// IsFresh tells whether a verified event may be handled, once, or could be a replay.
func IsFresh(happenedAt, attemptedAt, now time.Time) bool {
	if happenedAt.Sub(now) > 5*time.Minute {
		return false
	}
	if !attemptedAt.IsZero() {
		return now.Sub(attemptedAt).Abs() <= 5*time.Minute
	}
	return now.Sub(happenedAt) <= 7*24*time.Hour
}

func mac(key, message []byte) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write(message)
	return hash.Sum(nil)
}

func isAmong(presented, expected []string) bool {
	found := false
	for _, a := range presented {
		for _, b := range expected {
			found = hmac.Equal([]byte(a), []byte(b)) || found
		}
	}
	return found
}
