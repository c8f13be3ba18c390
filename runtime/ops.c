#include <syncgen/type.h>

const sync_ops *sync_ops_of(sync_kind kind)
{
	static const sync_ops *const ops[] = {
		[SYNC_KIND_BOOL] = &sync_ops_bool,
		[SYNC_KIND_INT8] = &sync_ops_int8,
		[SYNC_KIND_INT16] = &sync_ops_int16,
		[SYNC_KIND_INT32] = &sync_ops_int32,
		[SYNC_KIND_UINT8] = &sync_ops_uint8,
		[SYNC_KIND_UINT16] = &sync_ops_uint16,
		[SYNC_KIND_UINT32] = &sync_ops_uint32,
		[SYNC_KIND_SAFEINT] = &sync_ops_safeint,
		[SYNC_KIND_SAFEUINT] = &sync_ops_safeuint,
		[SYNC_KIND_INT64] = &sync_ops_int64,
		[SYNC_KIND_UINT64] = &sync_ops_uint64,
		[SYNC_KIND_FLOAT32] = &sync_ops_float32,
		[SYNC_KIND_FLOAT64] = &sync_ops_float64,
		[SYNC_KIND_COUNTER] = &sync_ops_counter,
		[SYNC_KIND_STRING] = &sync_ops_string,
		[SYNC_KIND_INLINE_STRING] = &sync_ops_inline_string,
		[SYNC_KIND_TEXT] = &sync_ops_text,
		[SYNC_KIND_BYTES] = &sync_ops_bytes,
		[SYNC_KIND_JSON] = &sync_ops_json,
		[SYNC_KIND_ENUM] = &sync_ops_enum,
		[SYNC_KIND_LIST] = &sync_ops_list,
		[SYNC_KIND_INLINE_LIST] = &sync_ops_inline_list,
		[SYNC_KIND_SET] = &sync_ops_set,
		[SYNC_KIND_MAP] = &sync_ops_map,
		[SYNC_KIND_TABLE] = &sync_ops_table,
	};
	return (size_t)kind < sizeof(ops) / sizeof(*ops) ? ops[kind] : NULL;
}
