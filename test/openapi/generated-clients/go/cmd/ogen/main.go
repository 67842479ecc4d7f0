// Starts a session with the client that ogen generates, and prints the session.
package main

import (
	"context"
	"encoding/json"
	"log"
	"os"

	client "generated-clients/ogen"

	"github.com/ogen-go/ogen/ogenerrors"
)

type apiKey string

func (key apiKey) ApiKey(context.Context, client.OperationName) (client.ApiKey, error) {
	return client.ApiKey{Token: string(key)}, nil
}

func (apiKey) SessionJwt(context.Context, client.OperationName) (client.SessionJwt, error) {
	return client.SessionJwt{}, ogenerrors.ErrSkipClientSecurity
}

func main() {
	personaID := os.Getenv("MOONBORN_PERSONA_ID")
	chat, err := client.NewClient(os.Getenv("MOONBORN_BASE_URL"), apiKey(os.Getenv("MOONBORN_API_KEY")))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := chat.StartChatSession(context.Background(),
		&client.StartChatSessionRequest{PersonaId: personaID, Title: client.NewOptString(os.Getenv("TITLE"))},
		client.StartChatSessionParams{ID: personaID, IdempotencyKey: client.NewOptString(os.Getenv("IDEMPOTENCY_KEY"))})
	if err != nil {
		log.Fatal(err)
	}
	started, ok := answer.(*client.StartedSessionHeaders)
	if !ok {
		log.Fatalf("Not started: %+v", answer)
	}
	if err := json.NewEncoder(os.Stdout).Encode(&started.Response.Session); err != nil {
		log.Fatal(err)
	}
}
