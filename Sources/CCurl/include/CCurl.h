#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

/* libcurl's set and get functions are variadic, and Swift can't call those. Each function here is
   for one type of value; the option has to be one of that type. */

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_off(CURL *handle, CURLoption option, curl_off_t value);
/* libcurl copies the text. NULL resets the option. */
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
/* libcurl keeps the pointer or copies its target, as the option's documentation says. */
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);

CURLcode ccurl_set_body_callback(CURL *handle, curl_write_callback function, void *context);
CURLcode ccurl_set_header_callback(CURL *handle, curl_write_callback function, void *context);

/* Closes the handle's sockets in the programs that this process starts. */
CURLcode ccurl_set_close_on_exec(CURL *handle);

/* Passes everything that is sent and received to the callback. */
CURLcode ccurl_set_debug_callback(CURL *handle, curl_debug_callback function, void *context);
/* Asks the callback about every second whether to go on. */
CURLcode ccurl_set_progress_callback(CURL *handle, curl_xferinfo_callback function, void *context);

/* libcurl keeps the pointer. */
CURLcode ccurl_set_mime(CURL *handle, curl_mime *mime);
/* Sets a mail's recipients. If one is refused, the others get it all the same. */
CURLcode ccurl_set_recipients(CURL *handle, struct curl_slist *addresses);

CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode ccurl_get_off(CURL *handle, CURLINFO info, curl_off_t *value);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

#endif
