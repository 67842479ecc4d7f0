// Starts a session with the client that oapi-codegen generates, and prints the session.
package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"
	"os"

	client "generated-clients/oapicodegen"
)

func main() {
	personaID, title, key := os.Getenv("MOONBORN_PERSONA_ID"), os.Getenv("TITLE"), os.Getenv("IDEMPOTENCY_KEY")
	authorize := func(_ context.Context, request *http.Request) error {
		request.Header.Set("Authorization", "Bearer "+os.Getenv("MOONBORN_API_KEY"))
		return nil
	}
	chat, err := client.NewClientWithResponses(os.Getenv("MOONBORN_BASE_URL"), client.WithRequestEditorFn(authorize))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := chat.StartChatSessionWithResponse(context.Background(), personaID,
		&client.StartChatSessionParams{IdempotencyKey: &key},
		client.StartChatSessionRequest{PersonaId: personaID, Title: &title})
	if err != nil {
		log.Fatal(err)
	}
	if answer.JSON201 == nil {
		log.Fatalf("Not started: %s %s", answer.Status(), answer.Body)
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer.JSON201.Session); err != nil {
		log.Fatal(err)
	}
}
