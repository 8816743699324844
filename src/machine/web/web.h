// HTTP: routes as one open list, a server that keeps to limits, uploads, events. Knows no feature and no
// database. A visitor reads message.h, route.h and settings.h, in this order; the rest as the need comes.
#pragma once
#include "machine/web/conditional.h"  // why_not_current, for changes of a shared text
#include "machine/web/hub.h"          // Event, Stream, Hub: live updates
#include "machine/web/idempotency.h"  // KeyStore, for the room that keeps it in a database
#include "machine/web/message.h"      // Request, Response, File, problem
#include "machine/web/openapi.h"      // ApiFacts, api_document
#include "machine/web/paging.h"       // with_page, limit_in, after_in, answer_page
#include "machine/web/pipeline.h"     // comes_from_our_pages, last_event_id
#include "machine/web/rates.h"        // RateRow
#include "machine/web/route.h"        // Route and what stands in its row
#include "machine/web/router.h"       // RouteTable
#include "machine/web/server.h"       // Server
#include "machine/web/settings.h"     // Settings, Limits, Authenticator, Gate
#include "machine/web/text.h"         // base64, for files inside JSON
#include "machine/web/uploads.h"      // Uploads: large files, resumable
