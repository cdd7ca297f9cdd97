/* libssl as Swift can import it: what OpenSSL keeps in macros becomes a function here, and
 * nothing else is done. Only the module TLS imports this. */
#ifndef COPENSSL_H
#define COPENSSL_H

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

static inline int COpenSSL_set_minimum_version(SSL_CTX *context, int version) {
    return (int)SSL_CTX_set_min_proto_version(context, version);
}

static inline void COpenSSL_set_application_data(SSL_CTX *context, void *data) {
    SSL_CTX_set_app_data(context, data);
}

static inline void *COpenSSL_application_data(const SSL *connection) {
    return SSL_CTX_get_app_data(SSL_get_SSL_CTX(connection));
}

/* Names the server in the handshake (RFC 6066 section 3). */
static inline int COpenSSL_set_server_name(SSL *connection, const char *name) {
    return (int)SSL_set_tlsext_host_name(connection, (void *)name);
}

/* What reading from an empty memory BIO gives: -1 for "more may come", 0 for the end. */
static inline void COpenSSL_set_end_of_memory(BIO *memory, int result) {
    BIO_set_mem_eof_return(memory, result);
}

static inline unsigned long COpenSSL_release_buffers(SSL_CTX *context) {
    return (unsigned long)SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
}

static inline int COpenSSL_reason(unsigned long code) { return ERR_GET_REASON(code); }

static inline int COpenSSL_library(unsigned long code) { return ERR_GET_LIB(code); }

#endif
