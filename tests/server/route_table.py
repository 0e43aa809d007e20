"""Every address of the server, and who may use it: written by hand, and held against the server by the walk.

Each line is ``METHOD PATH NEEDS``, and ``guests`` where guests of a map may come in by it. ``{id}`` of such a
line is the map's. A new route fails the walk until it stands here.
"""

TABLE = """
GET    /                                              public
GET    /{path}                                        public
GET    /giljabi.js                                    public
GET    /healthz                                       public
GET    /readyz                                        public
GET    /metrics                                       metrics
GET    /schema                                        public
GET    /schema/openapi.json                           public
GET    /schema/{path}                                 public
POST   /v1/hooks/{id}                                 public

GET    /api/v1/session                                public
POST   /api/v1/session                                public
DELETE /api/v1/session                                public
POST   /api/v1/session/second-factor                  public
POST   /api/v1/session/link                           public
POST   /api/v1/session/begin                          public
POST   /api/v1/session/join                           public
POST   /api/v1/session/forgotten                      public
POST   /api/v1/session/reset                          public
POST   /api/v1/session/email                          public
GET    /api/v1/oidc/providers                         public
GET    /api/v1/oidc/start                             public
GET    /api/v1/oidc/callback                          public

GET    /api/v1/account                                signed_in
PUT    /api/v1/account                                signed_in
PUT    /api/v1/account/password                       signed_in
PUT    /api/v1/account/email                          signed_in
POST   /api/v1/account/second-factor                  signed_in
PUT    /api/v1/account/second-factor                  signed_in
POST   /api/v1/account/second-factor/off              signed_in
POST   /api/v1/account/recovery-codes                 signed_in
GET    /api/v1/account/sessions                       signed_in
DELETE /api/v1/account/sessions                       signed_in
DELETE /api/v1/account/sessions/{id}                  signed_in
GET    /api/v1/tokens                                 signed_in
POST   /api/v1/tokens                                 signed_in
DELETE /api/v1/tokens/{id}                            signed_in
GET    /api/v1/tokens/all                             admin

GET    /api/v1/people                                 admin
PUT    /api/v1/people/{id}/role                       admin
PUT    /api/v1/people/{id}/enabled                    admin
DELETE /api/v1/people/{id}                            admin
GET    /api/v1/invitations                            admin
POST   /api/v1/invitations                            admin
POST   /api/v1/invitations/{id}/again                 admin
DELETE /api/v1/invitations/{id}                       admin
GET    /api/v1/maps/{id}/guests                       admin
POST   /api/v1/maps/{id}/guests                       admin
DELETE /api/v1/maps/{id}/guests/{account}             admin
GET    /api/v1/privacy/purposes                       admin
PUT    /api/v1/privacy/purposes/{id}                  admin
DELETE /api/v1/privacy/purposes/{id}                  admin
GET    /api/v1/privacy/consents                       people
POST   /api/v1/privacy/consents                       admin
POST   /api/v1/privacy/consents/file                  admin
GET    /api/v1/privacy/fields                         admin
POST   /api/v1/privacy/fields                         admin
DELETE /api/v1/privacy/fields/{id}                    admin
POST   /api/v1/privacy/fields/try                     admin
GET    /api/v1/privacy/retention                      admin
GET    /api/v1/privacy/retention/{id}/preview         admin
PUT    /api/v1/privacy/retention/{id}                 admin
DELETE /api/v1/privacy/retention/{id}                 admin
GET    /api/v1/privacy/requests                       admin
POST   /api/v1/privacy/requests                       admin
POST   /api/v1/privacy/requests/preview               admin
GET    /api/v1/privacy/requests/{id}                  admin
POST   /api/v1/privacy/requests/{id}/retry            admin
GET    /api/v1/privacy/requests/{id}/file             admin
POST   /api/v1/privacy/kept-out/let-in                admin
GET    /api/v1/audit                                  admin
GET    /api/v1/audit/actions                          admin
GET    /api/v1/audit/file                             admin

GET    /api/v1/status                                 view
GET    /api/v1/log                                    view
GET    /api/v1/activity                               view

GET    /api/v1/maps                                   view    guests
POST   /api/v1/maps                                   edit
POST   /api/v1/maps/validate                          view    guests
POST   /api/v1/maps/propose                           edit
GET    /api/v1/maps/{id}                              view    guests
PUT    /api/v1/maps/{id}                              edit    guests
DELETE /api/v1/maps/{id}                              edit
GET    /api/v1/maps/{id}/check                        view    guests
GET    /api/v1/maps/{id}/claims/{stage}/{index}/evidence  view guests
GET    /api/v1/maps/{id}/third-party                  view    guests

GET    /api/v1/segments                               view
POST   /api/v1/segments                               edit
POST   /api/v1/segments/preview                       view
PUT    /api/v1/segments/{id}                          edit
DELETE /api/v1/segments/{id}                          edit

POST   /api/v1/questions/animation                    view
POST   /api/v1/questions/attribution                  view
POST   /api/v1/questions/changes                      view
POST   /api/v1/questions/compare                      view
POST   /api/v1/questions/conversion                   view
POST   /api/v1/questions/drift                        view
POST   /api/v1/questions/drivers                      view
POST   /api/v1/questions/durations                    view
POST   /api/v1/questions/friction                     view
POST   /api/v1/questions/funnel                       view
POST   /api/v1/questions/funnel/customers             people
POST   /api/v1/questions/graph                        view
POST   /api/v1/questions/lifecycle                    view
POST   /api/v1/questions/prefix_tree                  view
POST   /api/v1/questions/representatives              view
POST   /api/v1/questions/representatives/segment      edit
POST   /api/v1/questions/retention                    view
POST   /api/v1/questions/sessions                     view
POST   /api/v1/questions/stages                       view
POST   /api/v1/questions/steps                        view
POST   /api/v1/questions/stickiness                   view
POST   /api/v1/questions/variants                     view
POST   /api/v1/questions/waiting                      view

GET    /api/v1/imports                                view
POST   /api/v1/imports                                edit
GET    /api/v1/imports/{id}                           edit
POST   /api/v1/imports/{id}/start                     edit
GET    /api/v1/imports/{id}/rejects                   edit
GET    /api/v1/sources                                edit
POST   /api/v1/sources                                edit
GET    /api/v1/sources/kinds                          edit
POST   /api/v1/sources/test                           edit
POST   /api/v1/sources/sample                         edit
GET    /api/v1/sources/{id}                           edit
PUT    /api/v1/sources/{id}                           edit
DELETE /api/v1/sources/{id}                           edit
POST   /api/v1/sources/{id}/key                       admin
POST   /api/v1/sources/{id}/pull                      edit
GET    /api/v1/refusals                               edit
GET    /api/v1/refusals/counts                        edit
POST   /api/v1/refusals/replay                        edit
GET    /api/v1/plan                                   edit
GET    /api/v1/plan/file                              edit
POST   /api/v1/plan/file                              edit
GET    /api/v1/plan/proposal                          edit
PUT    /api/v1/plan/events                            edit
DELETE /api/v1/plan/events                            edit
POST   /api/v1/plan/departures/accept                 edit
POST   /api/v1/plan/departures/dismiss                edit

GET    /api/v1/customers                              people
GET    /api/v1/customers/{id}                         people
GET    /api/v1/customers/{id}/timeline                people
GET    /api/v1/matches                                people
POST   /api/v1/matches/run                            people
POST   /api/v1/matches/accept                         people
POST   /api/v1/matches/reject                         people
GET    /api/v1/identity/rules                         edit
PUT    /api/v1/identity/rules/{kind}                  edit
DELETE /api/v1/identity/rules/{kind}                  edit
POST   /api/v1/identity/try                           people
GET    /api/v1/identity/edges                         people
POST   /api/v1/identity/edges/{id}/undo               people
POST   /api/v1/identity/splits                        people
POST   /api/v1/identity/merges                        people
GET    /api/v1/identity/replay                        edit
GET    /api/v1/identity/groups                        people
GET    /api/v1/identity/groups/members                people
"""

RIGHTS = {
    "owner": {"view", "comment", "edit", "people", "admin", "own", "metrics"},
    "admin": {"view", "comment", "edit", "people", "admin", "metrics"},
    "editor": {"view", "comment", "edit", "people"},
    "commenter": {"view", "comment"},
    "viewer": {"view"},
    "guest as editor": set[str](),
    "guest as commenter": set[str](),
    "guest as viewer": set[str](),
    "token for view": {"view"},
    "token for edit": {"view", "comment", "edit"},
    "token for people": {"view", "people"},
    "token for admin": {"view", "admin", "metrics"},
    "token for metrics": {"metrics"},
    "half in": set[str](),
    "nobody": set[str](),
}
"""What each comer may do in the whole workspace."""

ON_OWN_MAP = {
    "guest as editor": {"view", "comment", "edit"},
    "guest as commenter": {"view", "comment"},
    "guest as viewer": {"view"},
}
"""What guests may do on the map they were let in by."""

LINES = [tuple(line.split()) for line in TABLE.strip().splitlines() if line]
