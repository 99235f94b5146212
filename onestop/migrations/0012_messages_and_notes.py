import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import portal.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('identity', '0005_api_keys'),
        ('onestop', '0011_what_officers_may_do'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CaseMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', portal.core.fields.EncryptedTextField(editable=True)),
                ('written_at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
                ('agency', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.agency')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='onestop.case')),
            ],
        ),
        migrations.CreateModel(
            name='CaseNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', portal.core.fields.EncryptedTextField(editable=True)),
                ('written_at', models.DateTimeField()),
                ('agency', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='identity.agency')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notes', to='onestop.case')),
            ],
        ),
        migrations.AddIndex(
            model_name='casemessage',
            index=models.Index(fields=['case', 'id'], name='message_of_case'),
        ),
        migrations.AddIndex(
            model_name='casemessage',
            index=models.Index(condition=models.Q(('agency', None), ('read_at', None)), fields=['case'], name='message_unread_by_office'),
        ),
        migrations.AddIndex(
            model_name='casenote',
            index=models.Index(fields=['case', 'id'], name='note_of_case'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='casenote',
            trigger=pgtrigger.compiler.Trigger(name='note_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5a319d6d5f9ae603e4487a1af927c1499a7aa904', operation='UPDATE OR DELETE', pgid='pgtrigger_note_stays_9de34', table='onestop_casenote', when='BEFORE')),
        ),
    ]
