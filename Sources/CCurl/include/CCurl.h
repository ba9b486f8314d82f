#ifndef CCURL_H
#define CCURL_H

#include <curl/curl.h>

/* libcurl's set and get functions take their value through "...", which Swift can't call. There
   is one function here for each type of value; the option has to be one of that type. */

CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value);
CURLcode ccurl_set_off(CURL *handle, CURLoption option, curl_off_t value);
/* libcurl copies the text. NULL resets the option. */
CURLcode ccurl_set_string(CURL *handle, CURLoption option, const char *value);
/* libcurl keeps the pointer, or copies what it points to: the option's page says which. */
CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value);
CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value);

CURLcode ccurl_set_body_callback(CURL *handle, curl_write_callback function, void *context);
CURLcode ccurl_set_header_callback(CURL *handle, curl_write_callback function, void *context);

/* Keeps the handle's sockets out of the programs that this process starts. */
CURLcode ccurl_set_close_on_exec(CURL *handle);

/* Tells the callback of everything that is said. */
CURLcode ccurl_set_debug_callback(CURL *handle, curl_debug_callback function, void *context);
/* Asks the callback about every second whether to go on. */
CURLcode ccurl_set_progress_callback(CURL *handle, curl_xferinfo_callback function, void *context);

/* libcurl keeps the pointer. */
CURLcode ccurl_set_mime(CURL *handle, curl_mime *mime);
/* Whom a mail is for. One who is refused doesn't keep it from the others. */
CURLcode ccurl_set_recipients(CURL *handle, struct curl_slist *addresses);

CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode ccurl_get_off(CURL *handle, CURLINFO info, curl_off_t *value);

CURLMcode ccurl_multi_set_long(CURLM *multi, CURLMoption option, long value);

#endif
