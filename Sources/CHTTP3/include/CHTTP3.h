/* The QPACK encoder and decoder of nghttp3, as Swift can see them; nothing else of it is used.
 *
 * The header is imported as it is; the function below spares Swift an array of pointers into
 * other arrays. */
#ifndef CHTTP3_H
#define CHTTP3_H

#include <nghttp3/nghttp3.h>
#include <stdint.h>
#include <stdlib.h>

/* A field line: where its name and its value stand in one text. */
struct http3_field {
    size_t name_start, name_length, value_start, value_length;
    int is_never_indexed;
};

static inline int http3_encode(
    nghttp3_qpack_encoder *encoder, int64_t stream, const uint8_t *text,
    const struct http3_field *fields, size_t count, nghttp3_buf *prefix, nghttp3_buf *lines,
    nghttp3_buf *instructions) {
    nghttp3_nv *pairs = calloc(count ? count : 1, sizeof *pairs);
    if (pairs == NULL) return NGHTTP3_ERR_NOMEM;
    for (size_t i = 0; i < count; i++) {
        pairs[i].name = (uint8_t *)text + fields[i].name_start;
        pairs[i].namelen = fields[i].name_length;
        pairs[i].value = (uint8_t *)text + fields[i].value_start;
        pairs[i].valuelen = fields[i].value_length;
        pairs[i].flags = fields[i].is_never_indexed ? NGHTTP3_NV_FLAG_NEVER_INDEX : 0;
    }
    int code = nghttp3_qpack_encoder_encode(
        encoder, prefix, lines, instructions, stream, pairs, count);
    free(pairs);
    return code;
}

#endif
