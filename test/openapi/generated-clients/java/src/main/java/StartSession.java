// Starts a session with the client that OpenAPI Generator generates, and prints the session.
import co.moonborn.client.ApiClient;
import co.moonborn.client.api.ChatApi;
import co.moonborn.client.model.StartChatSessionRequest;

final class StartSession {
    public static void main(String[] arguments) throws Exception {
        String personaId = System.getenv("MOONBORN_PERSONA_ID");
        ApiClient client = new ApiClient();
        client.updateBaseUri(System.getenv("MOONBORN_BASE_URL"));
        client.setRequestInterceptor(
            request -> request.header("Authorization", "Bearer " + System.getenv("MOONBORN_API_KEY")));
        var started = new ChatApi(client).startChatSession(
            personaId,
            new StartChatSessionRequest().personaId(personaId).title(System.getenv("TITLE")),
            System.getenv("IDEMPOTENCY_KEY"));
        System.out.println(client.getObjectMapper().writeValueAsString(started.getSession()));
    }
}
