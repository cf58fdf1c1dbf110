// Tries the verifier, as the package webhooks, with the cases on stdin, and prints what it makes of each.
package main

import (
	"encoding/json"
	"net/http"
	"os"
	"time"

	"verifier/webhooks"
)

type result struct {
	Verified    bool   `json:"verified"`
	AttemptedAt *int64 `json:"attemptedAt,omitempty"`
}

func main() {
	var cases struct {
		Verify []struct {
			Body    []byte
			Headers [][2]string
			Secrets []string
		}
		IsFresh [][3]*int64
	}
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	verified, fresh := []result{}, []bool{}
	for _, each := range cases.Verify {
		header := http.Header{}
		for _, pair := range each.Headers {
			header.Add(pair[0], pair[1])
		}
		attemptedAt, err := webhooks.Verify(each.Body, header, each.Secrets)
		verified = append(verified, result{err == nil, secondsOf(attemptedAt, err)})
	}
	for _, times := range cases.IsFresh {
		fresh = append(fresh, webhooks.IsFresh(timeOf(times[0]), timeOf(times[1]), timeOf(times[2])))
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{"verify": verified, "isFresh": fresh})
}

func secondsOf(at time.Time, err error) *int64 {
	if err != nil || at.IsZero() {
		return nil
	}
	seconds := at.Unix()
	return &seconds
}

func timeOf(seconds *int64) time.Time {
	if seconds == nil {
		return time.Time{}
	}
	return time.Unix(*seconds, 0)
}
