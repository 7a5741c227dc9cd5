-- The roles of docs/operations.md, for a PostgreSQL that is set up for the first time. The two that nobody logs in as are
-- made here, too, so that the owner of the tables need not be able to make roles.
\set ON_ERROR_STOP 1
\set owner `cat /run/secrets/owner.password`
\set login `cat /run/secrets/login.password`
\set backup `cat /run/secrets/backup.password`

CREATE ROLE causeway_owner LOGIN PASSWORD :'owner';
CREATE ROLE causeway_login LOGIN PASSWORD :'login';
CREATE ROLE causeway_backup LOGIN BYPASSRLS PASSWORD :'backup';
CREATE ROLE causeway_gateway NOLOGIN;
CREATE ROLE causeway_statistics NOLOGIN;
GRANT causeway_gateway, causeway_statistics TO causeway_login;
GRANT pg_read_all_data TO causeway_backup;
CREATE DATABASE causeway OWNER causeway_owner;
REVOKE CONNECT ON DATABASE causeway FROM PUBLIC;
GRANT CONNECT ON DATABASE causeway TO causeway_login, causeway_backup;
