"""The GraphQL documents in which secrets are told."""

HOOK = """
    mutation($input: CreateWebhookInput!) {
      createWebhook(input: $input) { webhook { id url } errors { code message field } }
    }
"""
ROTATE = """
    mutation($id: ID!, $secret: String) {
      rotateWebhookSecret(input: { id: $id, secret: $secret }) { secret errors { code message } }
    }
"""
TOLD = """
    { webhookDeliveries(first: 20) { nodes { id event tries body attempts {
        error answer requestHeaders { name value } answerHeaders { name value }
    } } } }
"""
ADD = """
    mutation($input: AddDownloadsInput!) {
      addDownloads(input: $input) { tasks { id } errors { code message field } }
    }
"""
LOGIN = """
    mutation($input: LoginInput!) {
      login(input: $input) { tokens { accessToken refreshToken } errors { code message } }
    }
"""
REFRESH = """
    mutation($token: String!) {
      refreshLogin(input: { refreshToken: $token }) {
        tokens { accessToken refreshToken } errors { code message }
      }
    }
"""

SET_UP = """
    mutation($settings: JSON!) {
      updatePluginSettings(input: { name: "custom_notifier", settings: $settings }) {
        plugin { settings } errors { code message field }
      }
    }
"""

NOTIFY = """
    mutation($input: CreateNotifierInput!) {
      createNotifier(input: $input) {
        notifier { id name service shownUrl lastError } errors { code message field }
      }
    }
"""
