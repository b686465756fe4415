#include "imap-common.h"
#include "winnow-settings.h"
#include "winnow-user.h"
#include "imap-winnow-weak.h"
#include "imap-winnow-client.h"

bool imap_winnow_client_offers(struct client *client, const char *capability)
{
	struct winnow_user *wuser = winnow_user_get(client->user);

	return wuser != NULL && winnow_settings_offers(wuser->set, capability);
}
