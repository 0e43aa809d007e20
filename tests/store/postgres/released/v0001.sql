-- The tables of the first release (migration 0001), as pg_dump wrote them, with a row in each for two workspaces.
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.feedback (
    workspace_id uuid NOT NULL,
    feedback_id bigint NOT NULL,
    import_id text NOT NULL,
    customer text NOT NULL,
    "time" timestamp with time zone NOT NULL,
    kind text NOT NULL,
    score double precision,
    text text,
    touchpoint text
);
ALTER TABLE ONLY public.feedback FORCE ROW LEVEL SECURITY;
ALTER TABLE public.feedback ALTER COLUMN feedback_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.feedback_feedback_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE public.iceberg_namespace_properties (
    catalog_name character varying(255) NOT NULL,
    namespace character varying(255) NOT NULL,
    property_key character varying(255) NOT NULL,
    property_value character varying(1000) NOT NULL,
    workspace_id uuid GENERATED ALWAYS AS ((namespace)::uuid) STORED
);
ALTER TABLE ONLY public.iceberg_namespace_properties FORCE ROW LEVEL SECURITY;
CREATE TABLE public.iceberg_tables (
    catalog_name character varying(255) NOT NULL,
    table_namespace character varying(255) NOT NULL,
    table_name character varying(255) NOT NULL,
    metadata_location character varying(1000),
    previous_metadata_location character varying(1000),
    iceberg_type character varying(5),
    workspace_id uuid GENERATED ALWAYS AS ((table_namespace)::uuid) STORED
);
ALTER TABLE ONLY public.iceberg_tables FORCE ROW LEVEL SECURITY;
CREATE TABLE public.import (
    workspace_id uuid NOT NULL,
    import_id text NOT NULL,
    file text NOT NULL,
    digest text NOT NULL,
    kind text NOT NULL,
    state text NOT NULL,
    roles jsonb NOT NULL,
    step text NOT NULL,
    progress double precision NOT NULL,
    accepted bigint NOT NULL,
    refused bigint NOT NULL,
    reasons jsonb NOT NULL,
    error text NOT NULL,
    rejects_path text NOT NULL,
    preview jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT known_kind CHECK ((kind = ANY (ARRAY['events'::text, 'feedback'::text]))),
    CONSTRAINT known_state CHECK ((state = ANY (ARRAY['preview'::text, 'running'::text, 'done'::text, 'failed'::text, 'duplicate'::text])))
);
ALTER TABLE ONLY public.import FORCE ROW LEVEL SECURITY;
CREATE TABLE public.journey_map (
    workspace_id uuid NOT NULL,
    map_id text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.journey_map FORCE ROW LEVEL SECURITY;
CREATE TABLE public.map_check (
    workspace_id uuid NOT NULL,
    map_id text NOT NULL,
    checked_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    snapshot text NOT NULL,
    result jsonb NOT NULL
);
ALTER TABLE ONLY public.map_check FORCE ROW LEVEL SECURITY;
CREATE TABLE public.workspace (
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.workspace FORCE ROW LEVEL SECURITY;
INSERT INTO public.alembic_version VALUES ('0001');
INSERT INTO public.feedback OVERRIDING SYSTEM VALUE VALUES ('00b27306-89f6-51dd-b6e7-53c199d44a8b', 1, 'one', 'one', '2026-01-01 00:00:00+00', 'nps', 1, 'one', 'one');
INSERT INTO public.feedback OVERRIDING SYSTEM VALUE VALUES ('9bacad70-994e-55a1-a1c5-491fb2428f43', 1, 'one', 'one', '2026-01-01 00:00:00+00', 'nps', 1, 'one', 'one');
INSERT INTO public.iceberg_namespace_properties VALUES ('one', '00b27306-89f6-51dd-b6e7-53c199d44a8b', 'one', 'one', DEFAULT);
INSERT INTO public.iceberg_namespace_properties VALUES ('one', '9bacad70-994e-55a1-a1c5-491fb2428f43', 'one', 'one', DEFAULT);
INSERT INTO public.iceberg_tables VALUES ('one', '00b27306-89f6-51dd-b6e7-53c199d44a8b', 'one', 'one', 'one', 'one', DEFAULT);
INSERT INTO public.iceberg_tables VALUES ('one', '9bacad70-994e-55a1-a1c5-491fb2428f43', 'one', 'one', 'one', 'one', DEFAULT);
INSERT INTO public.import VALUES ('00b27306-89f6-51dd-b6e7-53c199d44a8b', 'one', 'one', 'one', 'events', 'done', '{}', 'one', 1, 1, 1, '{}', 'one', 'one', '{}', '2026-01-01 00:00:00+00');
INSERT INTO public.import VALUES ('9bacad70-994e-55a1-a1c5-491fb2428f43', 'one', 'one', 'one', 'events', 'done', '{}', 'one', 1, 1, 1, '{}', 'one', 'one', '{}', '2026-01-01 00:00:00+00');
INSERT INTO public.journey_map VALUES ('00b27306-89f6-51dd-b6e7-53c199d44a8b', 'one', 'one', 'one', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');
INSERT INTO public.journey_map VALUES ('9bacad70-994e-55a1-a1c5-491fb2428f43', 'one', 'one', 'one', '2026-01-01 00:00:00+00', '2026-01-01 00:00:00+00');
INSERT INTO public.map_check VALUES ('00b27306-89f6-51dd-b6e7-53c199d44a8b', 'one', '2026-01-01 00:00:00+00', 'one', '{}');
INSERT INTO public.map_check VALUES ('9bacad70-994e-55a1-a1c5-491fb2428f43', 'one', '2026-01-01 00:00:00+00', 'one', '{}');
INSERT INTO public.workspace VALUES ('00b27306-89f6-51dd-b6e7-53c199d44a8b', 'one', '2026-01-01 00:00:00+00');
INSERT INTO public.workspace VALUES ('9bacad70-994e-55a1-a1c5-491fb2428f43', 'one', '2026-01-01 00:00:00+00');
SELECT pg_catalog.setval('public.feedback_feedback_id_seq', 1, false);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT pk_feedback PRIMARY KEY (workspace_id, feedback_id);
ALTER TABLE ONLY public.iceberg_namespace_properties
    ADD CONSTRAINT pk_iceberg_namespace_properties PRIMARY KEY (catalog_name, namespace, property_key);
ALTER TABLE ONLY public.iceberg_tables
    ADD CONSTRAINT pk_iceberg_tables PRIMARY KEY (catalog_name, table_namespace, table_name);
ALTER TABLE ONLY public.import
    ADD CONSTRAINT pk_import PRIMARY KEY (workspace_id, import_id);
ALTER TABLE ONLY public.journey_map
    ADD CONSTRAINT pk_journey_map PRIMARY KEY (workspace_id, map_id);
ALTER TABLE ONLY public.map_check
    ADD CONSTRAINT pk_map_check PRIMARY KEY (workspace_id, map_id, checked_at);
ALTER TABLE ONLY public.workspace
    ADD CONSTRAINT pk_workspace PRIMARY KEY (workspace_id);
CREATE INDEX ix_feedback_workspace_id_import_id ON public.feedback USING btree (workspace_id, import_id);
CREATE UNIQUE INDEX ix_import_once ON public.import USING btree (workspace_id, kind, digest) WHERE (state = 'done'::text);
ALTER TABLE ONLY public.feedback
    ADD CONSTRAINT fk_feedback_import FOREIGN KEY (workspace_id, import_id) REFERENCES public.import(workspace_id, import_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.import
    ADD CONSTRAINT fk_import_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.journey_map
    ADD CONSTRAINT fk_journey_map_workspace FOREIGN KEY (workspace_id) REFERENCES public.workspace(workspace_id) ON DELETE CASCADE;
ALTER TABLE ONLY public.map_check
    ADD CONSTRAINT fk_map_check_journey_map FOREIGN KEY (workspace_id, map_id) REFERENCES public.journey_map(workspace_id, map_id) ON DELETE CASCADE;
ALTER TABLE public.feedback ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.iceberg_namespace_properties ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.iceberg_tables ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.import ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.journey_map ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.map_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_workspace ON public.feedback USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
CREATE POLICY own_workspace ON public.iceberg_namespace_properties USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
CREATE POLICY own_workspace ON public.iceberg_tables USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
CREATE POLICY own_workspace ON public.import USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
CREATE POLICY own_workspace ON public.journey_map USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
CREATE POLICY own_workspace ON public.map_check USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
CREATE POLICY own_workspace ON public.workspace USING ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid)) WITH CHECK ((workspace_id = (current_setting('giljabi.workspace'::text))::uuid));
ALTER TABLE public.workspace ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA public TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.feedback TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.iceberg_namespace_properties TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.iceberg_tables TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.import TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.journey_map TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.map_check TO giljabi_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.workspace TO giljabi_app;
